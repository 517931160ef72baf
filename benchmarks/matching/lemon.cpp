// Reads "n m" and m lines "a b w"; prints seconds of the solve alone, the weight it found, and the
// peak memory of this process in kB.
#include <chrono>
#include <cstdio>
#include <lemon/matching.h>
#include <lemon/smart_graph.h>

int main() {
  long n, m, a, b, w;
  if (scanf("%ld %ld", &n, &m) != 2) return 1;
  lemon::SmartGraph graph;
  lemon::SmartGraph::EdgeMap<long> weight(graph);
  for (long v = 0; v < n; ++v) graph.addNode();
  for (long e = 0; e < m; ++e) {
    if (scanf("%ld %ld %ld", &a, &b, &w) != 3) return 1;
    weight[graph.addEdge(graph.nodeFromId(a), graph.nodeFromId(b))] = w;
  }
  auto start = std::chrono::steady_clock::now();
  lemon::MaxWeightedMatching<lemon::SmartGraph, lemon::SmartGraph::EdgeMap<long>> solver(graph, weight);
  solver.run();
  std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  long peak = 0;
  char line[256];
  FILE* status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status)) sscanf(line, "VmHWM: %ld", &peak);
  printf("%.6f %ld %ld\n", spent.count(), solver.matchingWeight(), peak);
}
