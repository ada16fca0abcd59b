package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.nonEmptyList;
import static dev.weft.mesh.kind.Shape.text;

import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.kind.Kind.Column;

/** The kinds TrustDomain and Revocation. */
final class TrustKinds {

    /** Most control planes of one trust domain. They are asked one after the other. */
    private static final int MAX_CONTROL_PLANES = 16;

    /** Most address ranges of one trust domain. */
    private static final int MAX_RANGES = 64;

    private static final String UNCHANGED = "what is revoked cannot be changed; make another Revocation";

    private static final Field REASON = optional("reason", "The reason, on one line.", text(TextFormats.REASON));

    private static final Shape.Mapping BUNDLE_ENDPOINT = mapping()
            .required("url", "An https URL without a user and without a fragment.", TextFormats.ENDPOINT_URL)
            .required(
                    "profile",
                    "How the endpoint proves its identity, by a certificate for the URL's host"
                            + " (https_web) or by an SVID (https_spiffe).",
                    TextFormat.oneOf("https_web or https_spiffe", "https_web", "https_spiffe"))
            .optional(
                    "endpointSpiffeId",
                    "The identity of the endpoint, with profile https_spiffe.",
                    TextFormats.SPIFFE_ID)
            .optional(
                    "caCertificates",
                    "The CAs of the endpoint's certificate in PEM form, with profile https_web.",
                    TextFormats.PEM)
            .defaultText("The CAs of the system")
            .rule(
                    "(self.profile == 'https_spiffe') == has(self.endpointSpiffeId)",
                    "endpointSpiffeId is expected with profile https_spiffe, and only there")
            .rule(
                    "self.profile == 'https_web' || !has(self.caCertificates)",
                    "caCertificates are of profile https_web only");

    private static final Shape.Mapping DISCOVERY = mapping()
            .required(
                    "addresses",
                    "Addresses (IP:PORT) of the trust domain's control planes. They are asked one after the other.",
                    nonEmptyList(TextFormats.IP_PORT, MAX_CONTROL_PLANES))
            .required(
                    "ranges",
                    "Address ranges of the trust domain's workloads and Services. They are never called in plaintext.",
                    nonEmptyList(TextFormats.CIDR, MAX_RANGES));

    static final Kind TRUST_DOMAIN = Kind.own(
                    "TrustDomain",
                    "trustdomains",
                    "Another trust domain whose workloads may call workloads of this mesh and be"
                            + " called by them, or that"
                            + " is disabled. The object has the name of the trust domain.",
                    mapping()
                            .optional(
                                    "anchors",
                                    "Trust anchors, at most " + TrustBundle.MAX_ANCHORS + ", in PEM form.",
                                    TextFormats.PEM)
                            .optional("bundle", "A SPIFFE trust bundle (JSON), instead of anchors.", TextFormats.BUNDLE)
                            .optional(
                                    "state",
                                    "Whether the trust domain is trusted. Disabled means that none of its"
                                            + " certificates is trusted, and its sessions are closed.",
                                    Shape.camelCaseWords(TrustBundle.State.class))
                            .defaultText("Active")
                            .with(REASON)
                            .optional(
                                    "bundleEndpoint",
                                    "Where newer trust bundles of the trust domain are fetched from.",
                                    BUNDLE_ENDPOINT)
                            .optional("discovery", "How the workloads of the trust domain are found.", DISCOVERY)
                            .defaultText("This mesh does not call them")
                            .rule("!has(self.anchors) || !has(self.bundle)", "anchors or bundle, not both"),
                    Kind.Definition.of(
                            "wtd",
                            Column.of("State", "string", ".spec.state"),
                            Column.of("Endpoint", "string", ".spec.bundleEndpoint.url"),
                            Column.of("Reason", "string", ".spec.reason"),
                            Column.of(
                                            "Disabled by operator",
                                            "string",
                                            ".metadata.annotations.weft\\.dev/disabled-by-operator")
                                    .described(
                                            "The reason, if 'weft trust disable' disabled it, independent of its state.")))
            .named(TextFormats.TRUST_DOMAIN_NAME)
            .withoutNamespace()
            .example("""
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: east.example}
                spec:
                  bundleEndpoint: {url: "https://east.example/bundle", profile: https_web}
                """);

    private static final Shape.Mapping REVOKED = mapping()
            .optional(
                    "certificate",
                    "One certificate, of a workload or of an issuer.",
                    mapping()
                            .required(
                                    "serialNumber",
                                    "The serial number, in hexadecimal digits without separators.",
                                    TextFormats.SERIAL_NUMBER))
            .optional(
                    "identity",
                    "The certificates of an identity that were issued before a time.",
                    mapping()
                            .required("spiffeId", "The SPIFFE ID of the identity.", TextFormats.SPIFFE_ID)
                            .required("issuedBefore", "The time (RFC 3339, in UTC).", TextFormats.TIME))
            .optional(
                    "issuer",
                    "The key of an issuer or of an anchor, which signs certificates.",
                    mapping()
                            .required(
                                    "keySha256",
                                    "SHA-256 of the SubjectPublicKeyInfo, in hexadecimal.",
                                    TextFormats.SHA256))
            .optional(
                    "trustDomain",
                    "The trust domain of what is revoked. If absent, the trust domain in the"
                            + " identity, or the mesh's own.",
                    TextFormats.TRUST_DOMAIN)
            .with(REASON)
            .optional("expires", "When the revocation ends (RFC 3339, in UTC).", TextFormats.TIME)
            .defaultText("Never")
            .exactlyOneOf(
                    "{count} things to revoke (expected: one of certificate, identity, issuer)",
                    "{count} things to revoke (expected: one of certificate, identity, issuer)",
                    "certificate",
                    "identity",
                    "issuer")
            .rule(same("certificate", "serialNumber"), UNCHANGED)
            .rule(same("identity", "spiffeId"), UNCHANGED)
            .rule(same("issuer", "keySha256"), UNCHANGED)
            .rule(
                    "!has(self.identity) || !has(self.trustDomain) || self.identity.spiffeId.startsWith('spiffe://' +"
                            + " self.trustDomain + '/')",
                    "trustDomain is that of the identity, or absent");

    static final Kind REVOCATION = Kind.own(
                    "Revocation",
                    "revocations",
                    "A certificate, an identity or an issuer that is no longer trusted, although it"
                            + " is under a trusted anchor.",
                    REVOKED,
                    Kind.Definition.of(
                            "wrev",
                            Column.of("Identity", "string", ".spec.identity.spiffeId"),
                            Column.of("Certificate", "string", ".spec.certificate.serialNumber"),
                            Column.of("Issuer", "string", ".spec.issuer.keySha256")
                                    .inWide(),
                            Column.of("Expires", "string", ".spec.expires"),
                            Column.of("Reason", "string", ".spec.reason")))
            .withoutNamespace()
            .example("""
                apiVersion: weft.dev/v1alpha1
                kind: Revocation
                metadata: {name: stolen-laptop}
                spec:
                  identity:
                    spiffeId: spiffe://cluster.local/ns/shop/sa/web
                    issuedBefore: "2026-01-31T12:00:00Z"
                  reason: a laptop with its key was lost
                """);

    private TrustKinds() {}

    private static String same(String target, String field) {
        return "has(self.TARGET) == has(oldSelf.TARGET) && (!has(self.TARGET) || self.TARGET.FIELD == oldSelf.TARGET.FIELD)"
                .replace("TARGET", target)
                .replace("FIELD", field);
    }
}
