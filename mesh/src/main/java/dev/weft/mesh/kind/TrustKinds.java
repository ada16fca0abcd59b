package dev.weft.mesh.kind;

import static dev.weft.mesh.kind.Field.optional;
import static dev.weft.mesh.kind.Shape.list;
import static dev.weft.mesh.kind.Shape.mapping;
import static dev.weft.mesh.kind.Shape.nonEmptyList;
import static dev.weft.mesh.kind.Shape.text;

import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.kind.Kind.Column;
import java.util.List;

/** The kinds TrustDomain, Revocation and Rotation. */
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
                            Column.text("State", ".spec.state"),
                            Column.text("Endpoint", ".spec.bundleEndpoint.url"),
                            Column.text("Reason", ".spec.reason"),
                            Column.text("Disabled by operator", ".metadata.annotations.weft\\.dev/disabled-by-operator")
                                    .described("The reason, if 'weft trust disable' disabled it, independent of its"
                                            + " state.")))
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
                            Column.text("Identity", ".spec.identity.spiffeId"),
                            Column.text("Certificate", ".spec.certificate.serialNumber"),
                            Column.text("Issuer", ".spec.issuer.keySha256").inWide(),
                            Column.text("Expires", ".spec.expires"),
                            Column.text("Reason", ".spec.reason")))
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

    private static final Shape.Mapping ROTATION_SPEC = mapping()
            .required(
                    "authority",
                    "What is replaced. A rotation of the anchor also replaces the issuer.",
                    Shape.words("Anchor", "Issuer"))
            .optional("emergency", "Whether the former keys count as compromised.", new Shape.Bool())
            .rule("self == oldSelf", "what was asked for cannot be changed");

    private static final Shape.Mapping ROTATION_STATUS = mapping()
            .optional("step", "The present step.", CommonFields.statusText(64))
            .optional("plan", "All steps, in their order.", list(CommonFields.statusText(64), 16))
            .optional("startedAt", "When the rotation began.", TextFormats.TIME)
            .optional("stepSince", "When the present step began.", TextFormats.TIME)
            .optional("finishedAt", "When the rotation ended.", TextFormats.TIME)
            .with(CommonFields.count("done", "Number of sidecars and trust domains that have done the present step."))
            .with(CommonFields.count(
                    "total", "Number of all sidecars and trust domains that must do the present step."))
            .optional("progress", "done and total, with a slash between them.", CommonFields.statusText(32))
            .optional(
                    "waitingFor",
                    "The first ten workloads and trust domains that the present step waits for.",
                    list(
                            mapping()
                                    .required("name", "A workload or a trust domain.", CommonFields.statusText(320))
                                    .required("reason", "Why the step waits for it.", CommonFields.statusText(1024)),
                            10))
            .with(CommonFields.count(
                    "waitingCount", "Number of all workloads and trust domains that the step waits for."))
            .optional(
                    "withoutSidecars",
                    "The first ten sidecars that the rotation does not wait for.",
                    list(CommonFields.statusText(320), 10))
            .optional("canRollBack", "Whether the rotation can be rolled back.", new Shape.Bool())
            .optional("formerIssuerKeySha256", "SHA-256 of the former issuer's key.", CommonFields.statusText(64))
            .optional("issuerKeySha256", "SHA-256 of the next issuer's key.", CommonFields.statusText(64))
            .optional("anchorKeySha256", "SHA-256 of the next anchor's key.", CommonFields.statusText(64))
            .with(CommonFields.CONDITIONS);

    /** Only the control plane writes it. */
    static final Kind ROTATION = Kind.own(
                    "Rotation",
                    "rotations",
                    "A rotation of the trust anchor or the issuer. The control plane writes this object. Creating or"
                            + " changing it has no effect; use weft trust rotate.",
                    ROTATION_SPEC,
                    new Kind.Definition(
                            "wrot",
                            List.of(
                                    Column.text("Authority", ".spec.authority"),
                                    Column.text("Step", ".status.step"),
                                    Column.text("Progress", ".status.progress")
                                            .described("How many have done the present step, of how many."),
                                    Column.text("Waits for", ".status.waitingFor[0].name")
                                            .described(
                                                    "The first workload or trust domain that the rotation waits for."),
                                    Column.condition("Complete", "Complete"),
                                    Column.of("Emergency", "boolean", ".spec.emergency")
                                            .inWide(),
                                    Column.text("Blocked", ".status.conditions[?(@.type==\"Blocked\")].message")
                                            .inWide()),
                            ROTATION_STATUS,
                            false))
            .withoutNamespace();

    private TrustKinds() {}

    private static String same(String target, String field) {
        return "has(self.TARGET) == has(oldSelf.TARGET) && (!has(self.TARGET) || self.TARGET.FIELD == oldSelf.TARGET.FIELD)"
                .replace("TARGET", target)
                .replace("FIELD", field);
    }
}
