package dev.weft.control.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustSourceTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("test.example");

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

        var wire = TrustSource.toProto(bundle(trust));
        assertThat(wire.getTaintedIssuers(0).toByteArray()).isEqualTo(tainted.bytes());
        assertThat(wire.getRevokedIssuers(0).toByteArray()).isEqualTo(revoked.bytes());
        assertThat(wire.getJwtAuthorities(0).getKeyId()).isEqualTo("one");
        assertThat(wire.getJwtAuthorities(0).getPublicKey().toByteArray())
                .isEqualTo(jwt.publicKey().getEncoded());
    }

    private TrustSource source() {
        return new TrustSource(DOMAIN, directory.resolve("sequence"));
    }

    private static TrustBundle bundle(TrustSource trust) {
        return trust.bundles().find(DOMAIN).orElseThrow();
    }

    private static X509Certificate anchor() {
        return TrustAnchors.create("anchor", Duration.ofDays(1), Clock.systemUTC())
                .certificate();
    }
}
