package dev.weft.control.certify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.mesh.state.StateException;
import dev.weft.testing.SettableClock;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What came of a certificate, through restarts and damage. */
class DescentsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant END = NOW.plus(Duration.ofHours(1));
    private static final SpiffeId WEB = SpiffeId.parse("spiffe://test.example/ns/shop/sa/web");
    private static final SpiffeId API = SpiffeId.parse("spiffe://test.example/ns/shop/sa/api");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Descents open(Instant now) throws IOException {
        return new Descents(directory.resolve("descents"), new SettableClock(now));
    }

    @Test
    void revokesAllThatCameOfACertificateAndNothingElse() throws Exception {
        try (Descents descents = open(NOW)) {
            issue(descents, WEB, 2, 1);
            issue(descents, WEB, 3, 2);
            issue(descents, WEB, 4, 2);
            issue(descents, API, 12, 11);

            assertThat(descents.revoke(serials(2))).isEqualTo(serials(2, 3, 4));
            assertThat(descents.revoke(serials(1, 11))).isEqualTo(serials(1, 2, 3, 4, 11, 12));
            assertThat(descents.revoke(serials(4))).isEqualTo(serials(4));
            assertThat(descents.revoke(serials())).isEmpty();
        }
    }

    @Test
    void nothingComesOfACertificateThatIsRevokedMeanwhile() throws Exception {
        try (Descents descents = open(NOW)) {
            issue(descents, WEB, 2, 1);
            descents.revoke(serials(1));

            assertThat(RecordedDescents.issued(descents, WEB, number(3), number(2), END))
                    .contains(Refusal.REVOKED);
            assertThat(RecordedDescents.issued(descents, WEB, number(4), number(1), END))
                    .contains(Refusal.REVOKED);
            assertThat(RecordedDescents.issued(descents, WEB, number(5), number(9), END))
                    .isEmpty();
        }
    }

    @Test
    void knowsThemAfterARestart() throws Exception {
        try (Descents descents = open(NOW)) {
            issue(descents, WEB, 2, 1);
            issue(descents, WEB, 3, 2);
        }
        assertThat(Files.getPosixFilePermissions(directory.resolve("descents")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        for (int restart = 0; restart < 2; restart++) {
            try (Descents descents = open(NOW)) {
                assertThat(descents.revoke(serials(1))).isEqualTo(serials(1, 2, 3));
            }
        }
    }

    @Test
    void aLineThatWasHalfWrittenIsOfACertificateThatNobodyGot() throws Exception {
        try (Descents descents = open(NOW)) {
            issue(descents, WEB, 2, 1);
        }
        Files.writeString(directory.resolve("descents"), "3 2 17", StandardOpenOption.APPEND);

        try (Descents descents = open(NOW)) {
            issue(descents, WEB, 4, 2);
            assertThat(descents.revoke(serials(1))).isEqualTo(serials(1, 2, 4));
        }
    }

    @Test
    void aDamagedFileIsNotTakenForAShorterOne() throws Exception {
        issueThree();
        Path file = directory.resolve("descents");
        Files.writeString(file, Files.readString(file).replaceFirst("\n2 1 ", "\n2 7 "));

        assertThatThrownBy(() -> open(NOW)).isInstanceOf(StateException.class).hasMessageContaining("line 2");
    }

    @Test
    void findsOutEveryLengthAndEveryBit() throws Exception {
        issueThree();
        Path file = directory.resolve("descents");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            assertDamaged(Arrays.copyOf(whole, length), "cut to " + length);
        }
        for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertDamaged(flipped, "bit " + bit);
        }
    }

    private void assertDamaged(byte[] content, String how) throws IOException {
        Files.write(directory.resolve("descents"), content);
        assertThatThrownBy(() -> open(NOW))
                .as(how)
                .isInstanceOf(StateException.class)
                .hasMessageContaining("WEFT-C093");
    }

    @Test
    void aFileThatWasThereMustBeThere() throws Exception {
        issueThree();
        Files.delete(directory.resolve("descents"));
        assertThatThrownBy(() -> open(NOW))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("WEFT-C093")
                .hasMessageContaining("present/descents");
        Files.delete(directory.resolve("present/descents"));
        try (Descents descents = open(NOW)) {
            assertThat(descents.size()).isZero();
        }
    }

    /** A control plane that was killed: what it had on disk before its last wait for the disk is missed. */
    @Test
    void missesWhatIsCutOffAfterAKill() throws Exception {
        Path file = directory.resolve("descents");
        try (Descents killed = open(NOW)) {
            issue(killed, WEB, 2, 1);
            issue(killed, WEB, 3, 2);
            issue(killed, WEB, 4, 3);
            String left = Files.readString(file);
            try (Descents descents = open(NOW)) {
                assertThat(descents.revoke(serials(1))).isEqualTo(serials(1, 2, 3, 4));
            }
            assertDamaged(left.substring(0, left.indexOf("3 2 ")).getBytes(US_ASCII), "cut off before the second");
        }
    }

    @Test
    void readsTheFileOfAnEarlierVersion() throws Exception {
        Files.writeString(
                directory.resolve("descents"),
                new Descent(WEB, number(2), number(1), END).line()
                        + new Descent(WEB, number(3), number(2), END).line());
        try (Descents descents = open(NOW)) {
            assertThat(descents.revoke(serials(1))).isEqualTo(serials(1, 2, 3));
        }
        assertThat(directory.resolve("descents")).content().startsWith("# weft descents, bytes at least ");
    }

    private void issueThree() throws IOException {
        try (Descents descents = open(NOW)) {
            issue(descents, WEB, 2, 1);
            issue(descents, WEB, 3, 2);
            issue(descents, WEB, 4, 3);
        }
    }

    @Test
    void forgetsAWeekAfterTheEnd() throws Exception {
        try (Descents descents = open(NOW)) {
            issue(descents, WEB, 2, 1);
        }
        try (Descents descents = open(END.plus(Descents.KEPT))) {
            descents.prune(true);
            assertThat(descents.size()).isEqualTo(1);
        }
        try (Descents descents = open(END.plus(Descents.KEPT).plusSeconds(1))) {
            descents.prune(true);
            assertThat(descents.size()).isZero();
        }
    }

    @Test
    void oneIdentityHasNoMoreThanItsShare() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < Descents.MAX_OF_AN_IDENTITY; i++) {
            lines.append(new Descent(WEB, number(100 + i), number(1), END).line());
        }
        Files.writeString(directory.resolve("descents"), lines.toString());

        try (Descents descents = open(NOW)) {
            assertThat(RecordedDescents.issued(descents, WEB, number(2), number(1), END))
                    .contains(Refusal.TOO_MANY);
            assertThat(RecordedDescents.issued(descents, API, number(3), number(1), END))
                    .isEmpty();
        }
        try (Descents descents = open(END.plusSeconds(1))) {
            assertThat(RecordedDescents.issued(descents, WEB, number(2), number(1), END))
                    .isEmpty();
        }
    }

    @Test
    void manyAtOnceAreAllKept() throws Exception {
        try (Descents descents = open(NOW);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 2; i < 202; i++) {
                int serialNumber = i;
                all.add(threads.submit(() -> issue(descents, WEB, serialNumber, 1)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        try (Descents descents = open(NOW)) {
            assertThat(descents.revoke(serials(1))).hasSize(201);
        }
    }

    private static void issue(Descents descents, SpiffeId id, int serialNumber, int by) {
        assertThat(RecordedDescents.issued(descents, id, number(serialNumber), number(by), END))
                .isEmpty();
    }

    private static BigInteger number(int value) {
        return BigInteger.valueOf(value);
    }

    private static Set<SerialNumber> serials(int... values) {
        return IntStream.of(values)
                .mapToObj(value -> new SerialNumber(number(value)))
                .collect(Collectors.toSet());
    }
}
