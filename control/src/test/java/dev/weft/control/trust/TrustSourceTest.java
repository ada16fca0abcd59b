package dev.weft.control.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.TrustDomainState;
import dev.weft.files.state.FileStore;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.state.StateException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustSourceTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("test.example");
    private static final TrustDomain OTHER = TrustDomain.parse("other.example");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void countsEachChangeOfItsOwnAuthoritiesAndTellsItsListeners() {
        TrustSource trust = source();
        AtomicInteger told = new AtomicInteger();
        trust.onChange(told::incrementAndGet);
        X509Certificate one = anchor();
        X509Certificate two = anchor();
        SpkiFingerprint key = SpkiFingerprint.of(one.getPublicKey());

        assertThat(trust.changeOwn(own -> own.withAnchors(List.of(one, two)))).isTrue();
        assertThat(trust.changeOwn(own -> own.withAnchors(List.of(two, one)))).isFalse();
        assertThat(bundle(trust).sequence()).isEqualTo(1);
        trust.changeOwn(own -> own.without(Set.of(key), Set.of()));
        assertThat(bundle(trust).sequence()).isEqualTo(2);
        trust.changeOwn(own -> own.without(Set.of(), Set.of(key)));
        assertThat(bundle(trust).sequence()).isEqualTo(3);
        assertThat(told).hasValue(3);
        assertThat(bundle(trust).revocations().issuers()).containsExactly(key);
        assertThat(bundle(trust).revocations().tainted()).isEmpty();
    }

    @Test
    void keepsTheSequenceAcrossRestarts() {
        X509Certificate anchor = anchor();
        SpkiFingerprint key = SpkiFingerprint.of(anchor.getPublicKey());
        OwnAuthorities authorities = new OwnAuthorities(
                List.of(anchor),
                Set.of(key),
                Set.of(),
                List.of(new JwtAuthority("one", KeyPairs.generateP256().getPublic())));
        TrustSource before = source();
        before.changeOwn(own -> own.withAnchors(List.of(anchor)));
        before.changeOwn(_ -> authorities);

        TrustSource after = source();
        assertThat(after.changeOwn(_ -> authorities)).isTrue();
        assertThat(bundle(after).sequence()).isEqualTo(2);
    }

    @Test
    void tellsProxiesWhatIsTaintedAndRevoked() {
        TrustSource trust = source();
        X509Certificate anchor = anchor();
        SpkiFingerprint tainted = SpkiFingerprint.of(anchor().getPublicKey());
        SpkiFingerprint revoked = SpkiFingerprint.of(anchor().getPublicKey());
        JwtAuthority jwt = new JwtAuthority("one", KeyPairs.generateP256().getPublic());
        trust.changeOwn(_ -> new OwnAuthorities(List.of(anchor), Set.of(tainted), Set.of(revoked), List.of(jwt)));

        var wire = BundleContent.toProto(bundle(trust));
        assertThat(wire.getTaintedIssuers(0).toByteArray()).isEqualTo(tainted.bytes());
        assertThat(wire.getRevokedIssuers(0).toByteArray()).isEqualTo(revoked.bytes());
        assertThat(wire.getJwtAuthorities(0).getKeyId()).isEqualTo("one");
        assertThat(wire.getJwtAuthorities(0).getPublicKey().toByteArray())
                .isEqualTo(jwt.publicKey().getEncoded());
    }

    @Test
    void hasABundleOfEachTrustDomainThatTheRegistrySpeaksOf() {
        TrustSource trust = source();
        X509Certificate own = anchor();
        X509Certificate others = anchor();
        trust.changeOwn(authorities -> authorities.withAnchors(List.of(own)));

        assertThat(trust.changeDeclared(declared(domain(OTHER, others)))).isTrue();
        assertThat(bundle(trust).anchors()).containsExactly(own);
        assertThat(bundle(trust).sequence()).as("not changed").isEqualTo(1);
        assertThat(bundle(trust, OTHER).anchors()).containsExactly(others);
        assertThat(bundle(trust, OTHER).state()).isEqualTo(TrustBundle.State.ACTIVE);

        assertThat(trust.changeDeclared(declared(disabled(OTHER, others)))).isTrue();
        assertThat(bundle(trust, OTHER).state()).isEqualTo(TrustBundle.State.DISABLED);
        assertThat(bundle(trust, OTHER).sequence()).isEqualTo(2);

        assertThat(trust.changeDeclared(DeclaredTrust.NONE)).isTrue();
        assertThat(trust.bundles().byTrustDomain()).containsOnlyKeys(DOMAIN);
        trust.changeDeclared(declared(domain(OTHER, others)));
        assertThat(bundle(trust, OTHER).sequence()).as("never falls").isEqualTo(3);
        assertThat(trust.wire())
                .extracting(dev.weft.api.v1.TrustBundle::getTrustDomain)
                .containsExactly("other.example", "test.example");
    }

    @Test
    void theOwnDomainHasItsAnchorsFromItsIssuerAndItsStateFromTheRegistry() {
        TrustSource trust = source();
        X509Certificate own = anchor();
        trust.changeOwn(authorities -> authorities.withAnchors(List.of(own)));
        trust.changeDeclared(declared(disabled(DOMAIN, anchor())));

        assertThat(bundle(trust).anchors()).containsExactly(own);
        assertThat(bundle(trust).state()).isEqualTo(TrustBundle.State.DISABLED);
        assertThat(trust.candidate(trust.own()).find(DOMAIN).orElseThrow().state())
                .isEqualTo(TrustBundle.State.ACTIVE);
    }

    @Test
    void whatFederationBringsTakesThePlaceOfAnchorsAndNotOfTheState() {
        TrustSource trust = source();
        X509Certificate bootstrap = anchor();
        X509Certificate fetched = anchor();
        JwtAuthority jwt = new JwtAuthority("one", KeyPairs.generateP256().getPublic());
        trust.changeDeclared(declared(domain(OTHER, bootstrap)));

        trust.changeFederated(Map.of(
                OTHER, new SpiffeBundle(List.of(fetched), List.of(jwt), OptionalLong.empty(), Optional.empty())));
        assertThat(bundle(trust, OTHER).anchors()).containsExactly(fetched);
        assertThat(bundle(trust, OTHER).jwtAuthorities()).containsExactly(jwt);

        trust.changeFederated(
                Map.of(OTHER, new SpiffeBundle(List.of(), List.of(), OptionalLong.empty(), Optional.empty())));
        assertThat(bundle(trust, OTHER).anchors()).as("TB-03").isEmpty();

        trust.changeDeclared(declared(disabled(OTHER, bootstrap)));
        trust.changeFederated(
                Map.of(OTHER, new SpiffeBundle(List.of(fetched), List.of(), OptionalLong.empty(), Optional.empty())));
        assertThat(bundle(trust, OTHER).state()).isEqualTo(TrustBundle.State.DISABLED);

        trust.changeDeclared(DeclaredTrust.NONE);
        assertThat(trust.bundles().find(OTHER)).as("without an object").isEmpty();
        trust.changeFederated(Map.of());
        trust.changeDeclared(declared(domain(OTHER, bootstrap)));
        assertThat(bundle(trust, OTHER).anchors()).containsExactly(bootstrap);
    }

    @Test
    void refusesAFederatedBundleWithMoreThanABundleMayHave() {
        TrustSource trust = source();
        X509Certificate anchor = anchor();
        trust.changeDeclared(declared(domain(OTHER, anchor)));
        List<X509Certificate> anchors = Collections.nCopies(TrustBundle.MAX_ANCHORS + 1, anchor);
        SpiffeBundle manyAnchors = new SpiffeBundle(anchors, List.of(), OptionalLong.empty(), Optional.empty());
        assertThatThrownBy(() -> trust.changeFederated(Map.of(OTHER, manyAnchors)))
                .hasMessageContaining("33");
        JwtAuthority jwt = new JwtAuthority("one", anchor.getPublicKey());
        List<JwtAuthority> keys = Collections.nCopies(TrustBundle.MAX_JWT_AUTHORITIES + 1, jwt);
        SpiffeBundle manyKeys = new SpiffeBundle(List.of(), keys, OptionalLong.empty(), Optional.empty());
        assertThatThrownBy(() -> trust.changeFederated(Map.of(OTHER, manyKeys))).hasMessageContaining("33");
        assertThat(bundle(trust, OTHER).anchors()).containsExactly(anchor);
    }

    @Test
    void revocationsGoToTheirTrustDomainUntilTheyEnd() {
        SpkiFingerprint key = SpkiFingerprint.of(anchor().getPublicKey());
        SpiffeId id = SpiffeId.parse("spiffe://other.example/ns/shop/sa/web");
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        Snapshot objects =
                RegistryFiles.parse(directory, """
                        {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: a}, spec: {certificate: {serialNumber: "0A"}}}
                        ---
                        {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: b}, spec: {issuer: {keySha256: %s}, trustDomain: other.example}}
                        ---
                        {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: c}, spec: {identity: {spiffeId: "%s", issuedBefore: "2026-01-01T00:00:00.5Z"}}}
                        ---
                        {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: d}, spec: {identity: {spiffeId: "%s", issuedBefore: "2025-01-01T00:00:00Z"}}}
                        ---
                        {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: e}, spec: {certificate: {serialNumber: "0B"}, expires: "2026-01-01T00:00:00Z"}}
                        """.formatted(key, id, id)).objects();

        DeclaredTrust declared = DeclaredTrust.of(objects, DOMAIN, now);
        assertThat(declared.revocationsOf(DOMAIN).certificates()).containsExactly(new SerialNumber(BigInteger.TEN));
        assertThat(declared.revocationsOf(OTHER).issuers()).containsExactly(key);
        assertThat(declared.revocationsOf(OTHER).identities())
                .as("the latest, the next whole second")
                .containsExactly(Map.entry(id, now.plusSeconds(1)));
        assertThat(DeclaredTrust.of(objects, DOMAIN, now.minusNanos(1))
                        .revocationsOf(DOMAIN)
                        .certificates())
                .hasSize(2);
    }

    @Test
    void bundlesThatSayTheSameAreToldInTheSameBytes() {
        List<SerialNumber> serials = LongStream.range(1, 400)
                .mapToObj(n -> new SerialNumber(BigInteger.valueOf(n * 7919)))
                .toList();
        List<X509Certificate> anchors = List.of(anchor(), anchor(), anchor());
        Map<SpiffeId, Instant> ids = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            ids.put(SpiffeId.parse("spiffe://test.example/ns/shop/sa/web" + i), Instant.ofEpochSecond(i));
        }
        Revocations one = new Revocations(new LinkedHashSet<>(serials), Set.of(), ids, Set.of());
        Revocations other = new Revocations(new LinkedHashSet<>(serials.reversed()), Set.of(), ids, Set.of());

        var wire =
                BundleContent.toProto(new TrustBundle(DOMAIN, anchors, TrustBundle.State.DISABLED, 7, one, List.of()));
        assertThat(BundleContent.toProto(
                        new TrustBundle(DOMAIN, anchors.reversed(), TrustBundle.State.DISABLED, 7, other, List.of())))
                .isEqualTo(wire);
        assertThat(wire.getRevokedCertificatesCount()).isEqualTo(399);
        assertThat(wire.getRevokedIdentitiesCount()).isEqualTo(100);
        assertThat(wire.getRevokedIdentities(0).getSpiffeId()).isEqualTo("spiffe://test.example/ns/shop/sa/web0");
        assertThat(wire.getState()).isEqualTo(TrustDomainState.TRUST_DOMAIN_STATE_DISABLED);
    }

    @Test
    void readsASequenceOfTheOwnDomainAloneAndRefusesADamagedOne() throws Exception {
        Files.writeString(directory.resolve("bundle-sequence"), "41 " + "0".repeat(64) + "\n");
        TrustSource trust = source();
        trust.changeOwn(own -> own.withAnchors(List.of(anchor())));
        assertThat(bundle(trust).sequence()).isEqualTo(42);

        Files.writeString(directory.resolve("bundle-sequence"), "x");
        assertThatThrownBy(() -> source().changeOwn(own -> own.withAnchors(List.of(anchor()))))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void revokesCertificatesOfMachinesBesideThoseOfTheRegistryAlsoAfterARestart() {
        X509Certificate anchor = anchor();
        SerialNumber machine = new SerialNumber(BigInteger.ONE);
        SerialNumber declared = new SerialNumber(BigInteger.TWO);
        Revocations registry = new Revocations(Set.of(declared), Set.of(), Map.of(), Set.of());
        TrustSource trust = source();
        trust.changeOwn(own -> own.withAnchors(List.of(anchor)));
        trust.changeDeclared(new DeclaredTrust(Map.of(), Map.of(DOMAIN, registry)));

        assertThat(trust.changeMachines(() -> Set.of(machine))).isTrue();
        assertThat(trust.changeMachines(() -> Set.of(machine))).isFalse();
        assertThat(bundle(trust).revocations().certificates()).containsExactlyInAnyOrder(machine, declared);
        long sequence = bundle(trust).sequence();

        TrustSource restarted = source();
        restarted.begin(Set.of(machine));
        restarted.begin(own -> own.withAnchors(List.of(anchor)));
        restarted.changeDeclared(new DeclaredTrust(Map.of(), Map.of(DOMAIN, registry)));
        assertThat(bundle(restarted)).isEqualTo(bundle(trust));
        assertThat(restarted.changeMachines(Set::of)).isTrue();
        assertThat(bundle(restarted).sequence()).isEqualTo(sequence + 1);
        assertThat(bundle(restarted).revocations().certificates()).containsExactly(declared);
    }

    private static DeclaredTrust declared(TrustDomainObject domain) {
        return new DeclaredTrust(Map.of(domain.trustDomain(), domain), Map.of());
    }

    private static TrustDomainObject domain(TrustDomain domain, X509Certificate anchor) {
        return new TrustDomainObject(
                domain,
                List.of(anchor),
                List.of(),
                TrustBundle.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static TrustDomainObject disabled(TrustDomain domain, X509Certificate anchor) {
        return new TrustDomainObject(
                domain,
                List.of(anchor),
                List.of(),
                TrustBundle.State.DISABLED,
                Optional.of("stolen"),
                Optional.empty(),
                Optional.empty());
    }

    private static TrustBundle bundle(TrustSource trust, TrustDomain domain) {
        return trust.bundles().find(domain).orElseThrow();
    }

    private TrustSource source() {
        return new TrustSource(DOMAIN, new FileStore(directory));
    }

    private static TrustBundle bundle(TrustSource trust) {
        return trust.bundles().find(DOMAIN).orElseThrow();
    }

    private static X509Certificate anchor() {
        return TrustAnchors.create("anchor", Duration.ofDays(1), Clock.systemUTC())
                .certificate();
    }
}
