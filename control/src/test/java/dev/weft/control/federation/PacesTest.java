package dev.weft.control.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.files.state.FileStore;
import dev.weft.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often is asked, and how long rotations wait. */
final class PacesTest {

    private static final PollSchedule PACE = PollSchedule.STANDARD;
    private static final Duration HINT = Duration.ofMinutes(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    @DisplayName("TB-02 the hint of the bundle, within limits; five minutes without")
    void tb02AsksByTheHint() {
        assertThat(PACE.following(Optional.of(HINT), 0)).isEqualTo(HINT);
        assertThat(PACE.following(Optional.of(HINT), 1)).isEqualTo(Duration.ofSeconds(54));
        assertThat(PACE.following(Optional.empty(), 0)).isEqualTo(Duration.ofMinutes(5));
        assertThat(PACE.following(Optional.of(Duration.ofMillis(1)), 0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(PACE.following(Optional.of(Duration.ofSeconds(Long.MAX_VALUE)), 0))
                .isEqualTo(Duration.ofHours(24));
    }

    @Test
    @DisplayName("FE-11 before there ever was a bundle: soon, then less and less often")
    void fe11BacksOffBeforeTheFirst() {
        assertThat(PACE.beforeTheFirst(1, 0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(PACE.beforeTheFirst(2, 0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(PACE.beforeTheFirst(6, 0)).isEqualTo(Duration.ofSeconds(160));
        assertThat(PACE.beforeTheFirst(7, 0)).isEqualTo(Duration.ofMinutes(5));
        assertThat(PACE.beforeTheFirst(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    @DisplayName("FE-10 while somebody follows us, new keys are published four refresh hints ahead")
    void fe10GivesFollowersTime() throws IOException {
        SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
        LastFetch memory = new LastFetch(new FileStore(directory), HINT, clock);
        assertThat(memory.grace()).isZero();

        memory.fetched();
        assertThat(memory.grace()).isEqualTo(Duration.ofMinutes(4));
        assertThat(new LastFetch(new FileStore(directory), HINT, clock).grace())
                .as("after a restart")
                .isEqualTo(Duration.ofMinutes(4));

        clock.set(clock.instant().plus(HINT.multipliedBy(9)));
        assertThat(memory.grace()).isEqualTo(Duration.ofMinutes(4));
        clock.set(clock.instant().plus(HINT));
        assertThat(memory.grace()).isZero();
    }

    /** Where that is not known any more, followers get their time. */
    @Test
    void damageToWhenItWasFetchedTakesNoTimeFromFollowers() throws IOException {
        SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
        Path file = directory.resolve("federation/last-fetch");
        new LastFetch(new FileStore(directory), HINT, clock).fetched();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(new LastFetch(new FileStore(directory), HINT, clock).grace())
                    .as("cut to %d", length)
                    .isEqualTo(Duration.ofMinutes(4));
        }
        for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file, flipped);
            assertThat(new LastFetch(new FileStore(directory), HINT, clock).grace())
                    .as("bit %d", bit)
                    .isEqualTo(Duration.ofMinutes(4));
        }
        Files.delete(file);
        assertThat(new LastFetch(new FileStore(directory), HINT, clock).grace())
                .as("missing")
                .isEqualTo(Duration.ofMinutes(4));
        clock.set(clock.instant().plus(HINT.multipliedBy(10)));
        assertThat(new LastFetch(new FileStore(directory), HINT, clock).grace())
                .as("it is known again")
                .isZero();
    }
}
