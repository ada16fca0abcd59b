package dev.weft.identity.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.verify.Recipe;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrustBundlesTest {

    private static final TrustDomain DOMAIN = new TrustDomain("cluster.local");

    private final X509Certificate anchor = Recipe.anchor("CN=Anchor").certificate();

    @Test
    void aChangeIsANewValue() {
        TrustBundles one = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor)));

        assertThat(one.without(DOMAIN).find(DOMAIN)).isEmpty();
        assertThat(TrustBundles.EMPTY.with(TrustBundle.of(DOMAIN, List.of(anchor))))
                .isEqualTo(one);
        assertThat(one.find(DOMAIN)).isPresent();
    }

    @Test
    void aBundleKeepsAllElseWhenOnePartChanges() {
        Revocations revoked =
                new Revocations(Set.of(), Set.of(SpkiFingerprint.of(anchor.getPublicKey())), Map.of(), Set.of());
        TrustBundle bundle =
                new TrustBundle(DOMAIN, List.of(anchor), TrustBundle.State.DISABLED, 7, revoked, List.of());

        assertThat(bundle.withAnchors(List.of()))
                .isEqualTo(new TrustBundle(DOMAIN, List.of(), TrustBundle.State.DISABLED, 7, revoked, List.of()));
        assertThat(bundle.withSequence(8))
                .isEqualTo(new TrustBundle(DOMAIN, List.of(anchor), TrustBundle.State.DISABLED, 8, revoked, List.of()));
        assertThatThrownBy(() -> bundle.withSequence(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesABundleUnderAnotherName() {
        TrustBundle bundle = TrustBundle.of(DOMAIN, List.of(anchor));

        assertThatThrownBy(() -> new TrustBundles(Map.of(new TrustDomain("other"), bundle)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("filed under other");
        assertThatThrownBy(() -> TrustBundles.of(bundle, bundle)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void limitsABundle() {
        List<X509Certificate> many = Collections.nCopies(TrustBundle.MAX_ANCHORS + 1, anchor);

        assertThatThrownBy(() -> TrustBundle.of(DOMAIN, many))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("anchors of cluster.local: 33 (expected: <= 32)");
        assertThatThrownBy(() ->
                        new TrustBundle(DOMAIN, List.of(), TrustBundle.State.ACTIVE, -1, Revocations.NONE, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sequence");
    }

    @Test
    void namesKeysAndSerialNumbersByTheirBytes() {
        SpkiFingerprint fingerprint = SpkiFingerprint.of(anchor.getPublicKey());

        assertThat(SpkiFingerprint.ofSha256(fingerprint.bytes())).isEqualTo(fingerprint);
        assertThat(SerialNumber.ofUnsigned(new byte[] {(byte) 0xff})).hasToString("ff");
        assertThatThrownBy(() -> SpkiFingerprint.ofSha256(new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SpkiFingerprint("Z".repeat(64))).isInstanceOf(IllegalArgumentException.class);
    }
}
