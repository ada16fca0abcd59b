package dev.weft.control.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.lead.Leadership;
import dev.weft.control.trust.TrustSource;
import dev.weft.files.state.FileStore;
import dev.weft.identity.jwt.JwtSigningKey;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.mesh.state.StateException;
import dev.weft.testing.SettableClock;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JwtKeysTest {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final TrustDomain DOMAIN = TrustDomain.parse("test.example");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private static Clock at(Instant time) {
        return Clock.fixed(time, ZoneOffset.UTC);
    }

    private TrustSource trust() {
        return new TrustSource(DOMAIN, new FileStore(directory));
    }

    private static JwtKeyRing advance(JwtKeyRing ring, Instant now) {
        return ring.advance(now, JwtSigningKey::generate);
    }

    private static JwtKeyRing.Key signing(JwtKeyRing ring, Instant now) {
        return ring.signing(now, Set.copyOf(ring.authorities()));
    }

    @Test
    void theFirstKeySignsAtOnce() {
        JwtKeyRing ring = advance(new JwtKeyRing(List.of()), START);
        assertThat(ring.keys()).hasSize(2);
        assertThat(signing(ring, START)).isEqualTo(ring.keys().getFirst());
        assertThat(signing(ring, START.minusSeconds(60)))
                .as("a clock that was set back")
                .isEqualTo(ring.keys().getFirst());
        assertThat(advance(ring, START)).isEqualTo(ring);
    }

    @Test
    void everyLaterKeyIsPublishedLongBeforeItSigns() {
        JwtKeyRing ring = advance(new JwtKeyRing(List.of()), START);
        Instant now = START;
        for (int i = 0; i < 300; i++) {
            now = now.plus(Duration.ofMinutes(31));
            ring = advance(ring, now);
            JwtKeyRing.Key signing = signing(ring, now);
            assertThat(ring.keys()).hasSizeBetween(2, 3);
            assertThat(ring.keys().getLast().signsFrom()).isAfter(now);
            assertThat(Duration.between(signing.signsFrom(), now)).isLessThanOrEqualTo(JwtKeyRing.PERIOD);
            assertThat(ring.keys().getLast().signsFrom())
                    .isAfterOrEqualTo(ring.keys().getLast().publishedAt().plus(JwtKeyRing.PUBLISH_BEFORE_USE));
        }
    }

    @Test
    void aFormerKeyStaysForTheLifeOfItsLastToken() {
        JwtKeyRing ring = advance(new JwtKeyRing(List.of()), START);
        JwtKeyRing.Key first = ring.keys().getFirst();
        Instant replaced = first.signsFrom().plus(JwtKeyRing.PERIOD);
        ring = advance(ring, replaced);
        assertThat(signing(ring, replaced)).isNotEqualTo(first);
        assertThat(ring.keys()).contains(first);
        assertThat(advance(ring, replaced.plus(JwtService.MAX_TTL)).keys()).contains(first);
        assertThat(advance(ring, replaced.plus(JwtKeyRing.RETENTION)).keys()).doesNotContain(first);
    }

    @Test
    void afterALongPauseTheKeyThatWasPublishedSignsAndTheNextIsPublishedInTime() {
        JwtKeyRing ring = advance(new JwtKeyRing(List.of()), START);
        JwtKeyRing.Key next = ring.keys().getLast();
        Instant later = START.plus(Duration.ofDays(30));
        ring = advance(ring, later);
        assertThat(signing(ring, later)).isEqualTo(next);
        assertThat(ring.keys().getLast().signsFrom()).isEqualTo(later.plus(JwtKeyRing.PUBLISH_BEFORE_USE));
    }

    @Test
    void keepsTheKeysPrivateAndPublishesTheirPublicHalves() throws Exception {
        Path file = directory.resolve("jwt-keys");
        TrustSource trust = trust();
        JwtKeys _ = new JwtKeys(new FileStore(directory), trust, Leadership.ALONE, at(START));
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(trust.bundles().byTrustDomain())
                .as("before the first anchor")
                .isEmpty();
        trust.changeOwn(own -> own.withAnchors(List.of()));
        List<JwtAuthority> published = trust.own().jwtAuthorities();
        assertThat(published).hasSize(2);
        assertThat(trust.bundles().find(DOMAIN).orElseThrow().jwtAuthorities()).isEqualTo(published);

        long sequence = trust.bundles().find(DOMAIN).orElseThrow().sequence();
        TrustSource again = trust();
        JwtKeys restarted = new JwtKeys(new FileStore(directory), again, Leadership.ALONE, at(START.plusSeconds(60)));
        again.changeOwn(own -> own.withAnchors(List.of()));
        assertThat(again.bundles().find(DOMAIN).orElseThrow().jwtAuthorities()).isEqualTo(published);
        assertThat(again.bundles().find(DOMAIN).orElseThrow().sequence())
                .as("a restart is no change")
                .isEqualTo(sequence);
        assertThat(restarted.signing().authority()).isEqualTo(published.getFirst());

        JwtKeys later =
                new JwtKeys(new FileStore(directory), again, Leadership.ALONE, at(START.plus(Duration.ofDays(2))));
        later.advance();
        assertThat(again.own().jwtAuthorities()).contains(published.getLast()).doesNotContain(published.getFirst());
    }

    @Test
    void refusesAFileThatOthersCouldReadOrThatIsDamaged() throws Exception {
        Path file = directory.resolve("jwt-keys");
        JwtKeys _ = new JwtKeys(new FileStore(directory), trust(), Leadership.ALONE, at(START));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> new JwtKeys(new FileStore(directory), trust(), Leadership.ALONE, at(START)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("0600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        List<String> lines = Files.readAllLines(file);
        String[] one = lines.get(1).split(" ", -1);
        String[] other = lines.getLast().split(" ", -1);
        for (String damaged : List.of(
                "x",
                one[0] + " " + one[1] + " " + one[2],
                one[0] + " " + one[1] + " " + one[2] + " " + other[3],
                "yesterday " + one[1] + " " + one[2] + " " + one[3])) {
            Files.writeString(file, damaged + "\n");
            assertThatThrownBy(() -> new JwtKeys(new FileStore(directory), trust(), Leadership.ALONE, at(START)))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("line 1")
                    .hasMessageNotContaining(other[3])
                    .hasNoCause();
        }
    }

    @Test
    void aKeyWhoseSequenceCannotBeWrittenIsPublishedAsSoonAsItCanAndSignsNotBefore() throws Exception {
        Path state = Files.createDirectory(directory.resolve("state"));
        TrustSource trust = new TrustSource(DOMAIN, new FileStore(state));
        SettableClock clock = new SettableClock(START);
        JwtKeys keys = new JwtKeys(new FileStore(directory), trust, Leadership.ALONE, clock);
        trust.changeOwn(own -> own.withAnchors(List.of()));
        JwtAuthority last = trust.own().jwtAuthorities().getLast();

        Path aside = Files.move(state, directory.resolve("aside"));
        clock.set(START.plus(JwtKeyRing.PERIOD));
        assertThatThrownBy(keys::advance).isInstanceOf(UncheckedIOException.class);
        clock.set(clock.instant().plus(JwtKeyRing.PERIOD));
        assertThatThrownBy(keys::advance).isInstanceOf(UncheckedIOException.class);
        assertThat(keys.signing().authority())
                .as("the newest that anybody could verify")
                .isEqualTo(last);

        Files.move(aside, state);
        keys.advance();
        JwtAuthority fresh = trust.own().jwtAuthorities().getLast();
        assertThat(fresh).isNotEqualTo(last);
        assertThat(keys.signing().authority()).isEqualTo(last);
        clock.set(clock.instant().plus(JwtKeyRing.PUBLISH_BEFORE_USE).minusSeconds(1));
        assertThat(keys.signing().authority()).isNotEqualTo(fresh);
        assertThat(new JwtKeys(new FileStore(directory), trust(), Leadership.ALONE, clock)
                        .signing()
                        .authority())
                .as("also after a restart")
                .isNotEqualTo(fresh);
    }
}
