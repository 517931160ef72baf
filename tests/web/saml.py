"""A provider of SAML 2.0: its metadata and what it says, signed by another library than ours."""

from __future__ import annotations

import base64
import uuid
import zlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLSigner

ENTITY = "https://idp.example/"
SSO = "https://idp.example/sso"
HOST = "peers.example.org"
HERE = f"http://{HOST}/account/saml/organisation"


class Provider:
    """One with a key of its own."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=3650))
            .sign(self.key, hashes.SHA256())
        )

    def metadata(self) -> str:
        """As a provider publishes it."""
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
<X509Certificate>{base64.b64encode(der).decode()}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{SSO}"/>
</IDPSSODescriptor></EntityDescriptor>"""

    def response(
        self,
        in_response_to: str,
        *,
        subject: str,
        audience: str = f"{HERE}/metadata/",
        minutes: int = 5,
        sign: bool = True,
        **said: str,
    ) -> str:
        """What the browser brings back, as the form field has it."""
        now = datetime.now(UTC)

        def stamp(at: datetime) -> str:
            return at.strftime("%Y-%m-%dT%H:%M:%SZ")

        until = stamp(now + timedelta(minutes=minutes))
        since = stamp(now - timedelta(minutes=10))
        attributes = "".join(
            f'<Attribute Name="{name}"><AttributeValue>{value}</AttributeValue></Attribute>'
            for name, value in said.items()
        )
        answers = f' InResponseTo="{in_response_to}"' if in_response_to else ""
        number = f"_{uuid.uuid4().hex}"
        assertion = etree.fromstring(
            f"""<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="{number}" Version="2.0" IssueInstant="{stamp(now)}">
<Issuer>{ENTITY}</Issuer><Subject><NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{subject}</NameID>
<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{HERE}/acs/"{answers}/></SubjectConfirmation></Subject>
<Conditions NotBefore="{since}" NotOnOrAfter="{until}"><AudienceRestriction><Audience>{audience}</Audience></AudienceRestriction></Conditions>
<AuthnStatement AuthnInstant="{stamp(now)}" SessionIndex="1"><AuthnContext><AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</AuthnContextClassRef></AuthnContext></AuthnStatement>
<AttributeStatement>{attributes}</AttributeStatement></Assertion>"""
        )
        if sign:
            signer = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
            assertion = signer.sign(
                assertion,
                key=self.key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                ),
                cert=[self.certificate],
                reference_uri=f"#{number}",
                id_attribute="ID",
            )
            # Where the standard has it: behind the issuer.
            signature = assertion.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
            assertion.remove(signature)
            assertion.insert(1, signature)
        whole = etree.fromstring(
            f"""<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="_{uuid.uuid4().hex}" Version="2.0" IssueInstant="{stamp(now)}" Destination="{HERE}/acs/"{answers}>
<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">{ENTITY}</Issuer><Status><StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></Status></Response>"""
        )
        whole.append(assertion)
        return base64.b64encode(etree.tostring(whole)).decode()


def request_in(address: str) -> str:
    """The number of the request in an address to which we send the browser."""
    asked = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
    return str(etree.fromstring(zlib.decompress(base64.b64decode(asked), -15)).get("ID"))
