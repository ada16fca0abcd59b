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

    private static final Field REASON = optional("reason", "Why, on one line.", text(TextFormats.REASON));

    private static final Shape.Mapping BUNDLE_ENDPOINT = mapping()
            .required("url", "An https URL without user and fragment.", TextFormats.ENDPOINT_URL)
            .required(
                    "profile",
                    "https_web - a certificate for the URL's name. https_spiffe - an SVID.",
                    TextFormat.oneOf("https_web or https_spiffe", "https_web", "https_spiffe"))
            .optional("endpointSpiffeId", "With https_spiffe, the identity of the endpoint.", TextFormats.SPIFFE_ID)
            .optional(
                    "caCertificates",
                    "With https_web, the CAs of the endpoint's certificate, in PEM form.",
                    TextFormats.PEM)
            .defaultText("The system's")
            .rule(
                    "(self.profile == 'https_spiffe') == has(self.endpointSpiffeId)",
                    "endpointSpiffeId is expected with profile https_spiffe, and only there")
            .rule(
                    "self.profile == 'https_web' || !has(self.caCertificates)",
                    "caCertificates are of profile https_web only");

    private static final Shape.Mapping DISCOVERY = mapping()
            .required(
                    "addresses",
                    "IP:PORT of its control planes, asked one after the other.",
                    nonEmptyList(TextFormats.IP_PORT, MAX_CONTROL_PLANES))
            .required(
                    "ranges",
                    "Address ranges of its workloads and Services. Nothing in them is reached in plaintext.",
                    nonEmptyList(TextFormats.CIDR, MAX_RANGES));

    static final Kind TRUST_DOMAIN = Kind.own(
                    "TrustDomain",
                    "trustdomains",
                    "Another trust domain whose workloads may call and be called, or one that is shut out. Its name is"
                            + " the object's.",
                    mapping()
                            .optional(
                                    "anchors",
                                    "Trust anchors, at most " + TrustBundle.MAX_ANCHORS + ", in PEM form.",
                                    TextFormats.PEM)
                            .optional(
                                    "bundle", "In place of anchors, a SPIFFE trust bundle (JSON).", TextFormats.BUNDLE)
                            .optional(
                                    "state",
                                    "Disabled - nothing of it is trusted, and its sessions are closed.",
                                    Shape.camelCaseWords(TrustBundle.State.class))
                            .defaultText("Active")
                            .with(REASON)
                            .optional(
                                    "bundleEndpoint",
                                    "Where its bundle is fetched from then on, and what proves that.",
                                    BUNDLE_ENDPOINT)
                            .optional("discovery", "How its workloads are found.", DISCOVERY)
                            .defaultText("They are not called from here")
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
                                    .described("Why, if it was disabled by 'weft trust disable', whatever its state"
                                            + " says.")))
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
                            .required("serialNumber", "In hexadecimal, without separators.", TextFormats.SERIAL_NUMBER))
            .optional(
                    "identity",
                    "The certificates of an identity that begin before a moment.",
                    mapping()
                            .required("spiffeId", "The identity.", TextFormats.SPIFFE_ID)
                            .required("issuedBefore", "The moment (RFC 3339, in UTC).", TextFormats.TIME))
            .optional(
                    "issuer",
                    "A key that signs certificates, an issuer's or an anchor's.",
                    mapping()
                            .required(
                                    "keySha256",
                                    "SHA-256 of the SubjectPublicKeyInfo, in hexadecimal.",
                                    TextFormats.SHA256))
            .optional(
                    "trustDomain",
                    "Whose it is. The mesh's own, if absent; of an identity, the one that it names.",
                    TextFormats.TRUST_DOMAIN)
            .with(REASON)
            .optional("expires", "When it ends (RFC 3339, in UTC).", TextFormats.TIME)
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
                    "Something that is no longer trusted although an anchor stands behind it.",
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
