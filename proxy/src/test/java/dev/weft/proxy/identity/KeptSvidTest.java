package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptSvidTest {
    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId LAPTOP = SpiffeId.ofServiceAccount(DOMAIN, "shop", "laptop");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path parent;

    private final Instant now = Instant.now();
    private final TrustAnchor anchor = TrustAnchors.create("anchor", Duration.ofDays(2), Clock.systemUTC());
    private final Issuer issuer = Issuer.createUnder(anchor, DOMAIN, Duration.ofDays(1), now);
    private final TrustBundles bundles = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor.certificate())));

    private Path directory() {
        return parent.resolve("state");
    }

    private KeptSvid kept() throws IOException {
        return by("the token");
    }

    private KeptSvid by(String token) throws IOException {
        return new KeptSvid(directory(), Optional.of(token));
    }

    private X509Svid svid() {
        KeyPair keys = KeyPairs.generateP256();
        return new X509Svid(LAPTOP, issuer.issue(keys.getPublic(), LAPTOP, HOUR, now), keys.getPrivate());
    }

    @Test
    void givesBackWhatItKeptLast() throws IOException {
        X509Svid last = svid();
        kept().keep(svid());
        kept().keep(last);

        X509Svid loaded = kept().load(LAPTOP, bundles, now).orElseThrow();
        assertThat(loaded.chain()).isEqualTo(last.chain());
        assertThat(loaded.key()).isEqualTo(last.key());
    }

    @Test
    void hasNothingAtFirst() throws IOException {
        assertThat(kept().load(LAPTOP, bundles, now)).isEmpty();
        assertThat(kept().anchors()).isEmpty();
    }

    @Test
    void isForNobodyElseToRead() throws IOException {
        kept().keep(svid());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(directory().resolve(KeptSvid.SVID))))
                .isEqualTo("rw-------");
    }

    @Test
    void refusesADirectoryAndAFileThatOthersCouldRead() throws IOException {
        kept().keep(svid());
        Files.setPosixFilePermissions(directory().resolve(KeptSvid.SVID), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> kept().load(LAPTOP, bundles, now)).hasMessageContaining("expected: 0600");
        Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(this::kept).hasMessageContaining("expected: 0700");
    }

    @Test
    void givesBackNothingThatHasEndedOrIsTrustedNoMore() throws IOException {
        kept().keep(svid());
        assertThat(kept().load(LAPTOP, bundles, now.plus(HOUR).plus(HOUR))).isEmpty();
        TrustAnchor other = TrustAnchors.create("other", Duration.ofDays(2), Clock.systemUTC());
        TrustBundles others = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(other.certificate())));
        assertThat(kept().load(LAPTOP, others, now)).isEmpty();
    }

    @Test
    void refusesWhatIsDamagedOrOfAnotherWorkload() throws IOException {
        kept().keep(svid());
        SpiffeId other = SpiffeId.ofServiceAccount(DOMAIN, "shop", "other");
        assertThatThrownBy(() -> kept().load(other, bundles, now))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not of this workload");
        Files.writeString(directory().resolve(KeptSvid.SVID), "rubbish");
        assertThatThrownBy(() -> kept().load(LAPTOP, bundles, now))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void keepsTheAnchorsHeardOfLastAndNeverNone() throws IOException {
        kept().keep(List.of(anchor.certificate()));
        kept().keep(List.of());
        assertThat(kept().anchors()).contains(List.of(anchor.certificate()));
    }

    @Test
    void givesBackNothingToAnotherToken() throws IOException {
        X509Svid before = svid();
        kept().keep(before);
        kept().keep(List.of(anchor.certificate()));
        KeptSvid anew = by("another token");
        assertThat(anew.load(LAPTOP, bundles, now)).isEmpty();
        assertThat(anew.anchors()).isEmpty();

        assertThat(kept().load(LAPTOP, bundles, now)).isPresent();
        assertThat(new KeptSvid(directory(), Optional.empty()).load(LAPTOP, bundles, now))
                .isPresent();

        X509Svid fresh = svid();
        anew.keep(fresh);
        assertThat(by("another token").load(LAPTOP, bundles, now).orElseThrow().chain())
                .isEqualTo(fresh.chain());
        assertThat(kept().load(LAPTOP, bundles, now)).isEmpty();
    }

    @Test
    void keepsNoToken() throws IOException {
        kept().keep(svid());
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file)).doesNotContain("the token");
            }
        }
    }
}
