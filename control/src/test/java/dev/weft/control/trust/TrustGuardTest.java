package dev.weft.control.trust;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.issuerdir.Pki;
import dev.weft.control.trust.TrustGuard.Admitted;
import dev.weft.files.state.FileStore;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.Cidr;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a registry's objects is left out, as the mesh would be cut off by it. */
final class TrustGuardTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final TrustDomain WEST = TrustDomain.parse("west.example");
    private static final SpiffeId CONTROL = SpiffeId.parse("spiffe://cluster.local/ns/weft-system/sa/weft-control");
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Pki pki;

    @SuppressWarnings("NullAway.Init")
    private TrustSource trust;

    @BeforeEach
    void trust() throws Exception {
        pki = new Pki(directory.resolve("pki"), "Root");
        trust = new TrustSource(DOMAIN, new FileStore(directory));
        trust.changeOwn(own -> own.withAnchors(List.of(anchor())));
    }

    @Test
    void leavesOutARevocationOfTheIssuerInUseAndOfItsAnchor() throws Exception {
        List<X509Certificate> chain = signedBy(Pki.CA);
        for (X509Certificate certificate : List.of(chain.getFirst(), anchor())) {
            assertLeftOut("issuer: {keySha256: " + key(certificate) + "}", "the issuer in use, or the anchor above it");
            assertLeftOut("certificate: {serialNumber: \"" + SerialNumber.of(certificate) + "\"}", "its anchor or");
        }
    }

    @Test
    void leavesOutARevocationOfTheControlPlane() throws Exception {
        signedBy(Pki.CA);
        X509Certificate leaf = certificates(pki.issuer(Pki.CA)).getFirst();
        trust.protect(() -> List.of(leaf));

        assertLeftOut(
                "identity: {spiffeId: \"" + CONTROL + "\", issuedBefore: 2029-01-01T00:00:00Z}",
                "the control plane itself");
        assertLeftOut("certificate: {serialNumber: \"" + SerialNumber.of(leaf) + "\"}", "or the control plane");
    }

    @Test
    void admitsEveryOtherRevocation() throws Exception {
        List<X509Certificate> chain = signedBy(Pki.CA);
        X509Certificate other = certificates(pki.issuer(Pki.CA)).getFirst();

        assertAdmitted("issuer: {keySha256: " + key(other) + "}");
        assertAdmitted("certificate: {serialNumber: \"7f\"}");
        assertAdmitted("identity: {spiffeId: spiffe://cluster.local/ns/a/sa/b, issuedBefore: 2029-01-01T00:00:00Z}");
        assertAdmitted("{trustDomain: west.example, issuer: {keySha256: " + key(chain.getFirst()) + "}}");
        assertAdmitted("{issuer: {keySha256: " + key(chain.getFirst()) + "}, expires: 2029-01-01T00:00:00Z}");
    }

    @Test
    void admitsItAsSoonAsAnotherIssuerIsInUse() throws Exception {
        List<X509Certificate> first = certificates(pki.issuer(Pki.CA));
        List<X509Certificate> second = certificates(pki.issuer(Pki.CA));
        List<List<X509Certificate>> inUse = new java.util.ArrayList<>(List.of(first));
        trust.signedBy(() -> inUse.getLast());
        Snapshot objects = revocation("issuer: {keySha256: " + key(first.getFirst()) + "}");

        assertThat(admit(objects).objects().revocations()).isEmpty();
        inUse.add(second);
        assertThat(admit(objects).objects().revocations()).hasSize(1);
    }

    @Test
    void disablesATrustDomainThatSharesTheAnchorOfAnIssuerWithoutConstraints() throws Exception {
        signedBy(Pki.CA);
        Admitted admitted = admit(west(pki));

        TrustDomainObject west =
                requireNonNull(admitted.objects().trustDomains().get(WEST));
        assertThat(west.state()).isEqualTo(TrustBundle.State.DISABLED);
        assertThat(west.anchors())
                .as("an anchor of two domains counts though disabled")
                .isEmpty();
        assertThat(west.bundleEndpoint()).isEmpty();
        assertThat(west.discovery())
                .as("never in plaintext")
                .get()
                .extracting(Discovery::ranges)
                .isEqualTo(List.of(Cidr.parse("10.9.0.0/16")));
        assertThat(reason(admitted, "TrustDomain", "west.example"))
                .startsWith("WEFT-C088: its anchor CN=Root is this mesh's as well");
    }

    @Test
    void admitsItWhereTheIssuerIsKeptToItsTrustDomainOrTheAnchorIsAnother() throws Exception {
        signedBy(Pki.CA + Pki.TO_CLUSTER_LOCAL);
        assertThat(admit(west(pki)).refused()).isEmpty();
        signedBy(Pki.CA);
        assertThat(admit(west(new Pki(directory.resolve("west"), "Root"))).refused())
                .isEmpty();
    }

    @Test
    void anAnchorThatIsThisMeshsIsNotTakenFromAnothersWord() throws Exception {
        signedBy(Pki.CA);
        Pki west = new Pki(directory.resolve("west"), "West");
        fetched(west, List.of(west.anchor(), anchor()));
        assertThat(anchorsOfWest()).containsExactly(west.anchor());

        signedBy(Pki.CA + Pki.TO_CLUSTER_LOCAL);
        fetched(west, List.of(west.anchor(), anchor()));
        assertThat(anchorsOfWest()).containsExactly(west.anchor(), anchor());
    }

    @Test
    void anAnchorThatIsDeclaredForAThirdTrustDomainIsNotTakenFromAnothersWord() throws Exception {
        signedBy(Pki.CA + Pki.TO_CLUSTER_LOCAL);
        Pki west = new Pki(directory.resolve("west"), "West");
        Pki north = new Pki(directory.resolve("north"), "North");
        Snapshot both = parse(domain("west.example", west) + "---\n" + domain("north.example", north));
        trust.changeDeclared(DeclaredTrust.of(both, DOMAIN, NOW));
        trust.changeFederated(Map.of(
                WEST,
                new SpiffeBundle(
                        List.of(west.anchor(), north.anchor()), List.of(), OptionalLong.empty(), Optional.empty())));

        assertThat(anchorsOfWest()).containsExactly(west.anchor());
    }

    private void fetched(Pki west, List<X509Certificate> anchors) throws Exception {
        trust.changeDeclared(DeclaredTrust.of(west(west), DOMAIN, NOW));
        trust.changeFederated(Map.of());
        trust.changeFederated(
                Map.of(WEST, new SpiffeBundle(anchors, List.of(), OptionalLong.empty(), Optional.empty())));
    }

    private List<X509Certificate> anchorsOfWest() {
        return trust.bundles().find(WEST).orElseThrow().anchors();
    }

    private static String reason(Admitted admitted, String kind, String name) {
        return admitted.refused().stream()
                .filter(refused -> refused.kind().equals(kind) && refused.name().equals(name))
                .map(TrustGuard.Refused::reason)
                .findFirst()
                .orElse("");
    }

    private void assertLeftOut(String spec, String reason) {
        Admitted admitted = admit(revocation(spec));
        assertThat(admitted.objects().revocations()).as(spec).isEmpty();
        assertThat(reason(admitted, "Revocation", "r"))
                .startsWith("WEFT-C089: ")
                .contains(reason, "rotation");
    }

    private void assertAdmitted(String spec) {
        Admitted admitted = admit(revocation(spec));
        assertThat(admitted.objects().revocations()).as(spec).hasSize(1);
        assertThat(admitted.refused()).isEmpty();
    }

    private Admitted admit(Snapshot objects) {
        return new TrustGuard(CONTROL, trust).admit(objects, NOW);
    }

    private List<X509Certificate> signedBy(String extensions) throws Exception {
        List<X509Certificate> chain = certificates(pki.issuer(extensions));
        trust.signedBy(() -> chain);
        return chain;
    }

    private Snapshot revocation(String spec) {
        return parse("""
                apiVersion: weft.dev/v1alpha1
                kind: Revocation
                metadata: {name: r}
                spec: %s
                """.formatted(spec.startsWith("{") ? spec : "{" + spec + "}"));
    }

    private Snapshot west(Pki authority) throws Exception {
        return parse(domain("west.example", authority));
    }

    private static String domain(String name, Pki authority) throws Exception {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: TrustDomain
                metadata: {name: %s}
                spec:
                  discovery: {addresses: ["192.0.2.1:15012"], ranges: [10.9.0.0/16]}
                  anchors: |
                %s""".formatted(name, authority.anchorPem().indent(4));
    }

    private Snapshot parse(String yaml) {
        Parsed parsed = RegistryFiles.parse(directory.resolve("mesh.yaml"), yaml);
        assertThat(parsed.errors()).isEmpty();
        return parsed.objects();
    }

    private X509Certificate anchor() {
        try {
            return pki.anchor();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String key(X509Certificate certificate) {
        return SpkiFingerprint.of(certificate.getPublicKey()).hex();
    }

    private static List<X509Certificate> certificates(Pki.Pair pair) {
        return Pem.decodeCertificates(pair.certificate());
    }
}
