package dev.weft.kubernetes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Waiting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BodyPoolTest {

    private static final int KIB = 1024;

    private final BodyPool pool = new BodyPool(100 * KIB, 80 * KIB, 1, Duration.ofMillis(10));

    private static InetAddress address(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private static ByteArrayInputStream bytes(int count) {
        return new ByteArrayInputStream(new byte[count]);
    }

    @Test
    void anAddressHasItsShareAndOthersHaveTheirs() throws Exception {
        try (BodyPool.Body _ = pool.admit(address(1), 50 * KIB)) {
            assertThatThrownBy(() -> pool.admit(address(1), 31 * KIB)).isInstanceOf(BodyPool.FullException.class);
            pool.admit(address(2), 80 * KIB).close();
        }
        pool.admit(address(1), 80 * KIB).close();
    }

    @Test
    void whatIsOnlyAnnouncedTakesNothingFromOthers() throws Exception {
        try (BodyPool.Body _ = pool.admit(address(1), 80 * KIB);
                BodyPool.Body _ = pool.admit(address(2), 80 * KIB);
                BodyPool.Body third = pool.admit(address(3), 80 * KIB)) {
            third.read(bytes(80 * KIB));
            assertThat(third.bytes()).hasSize(80 * KIB);
        }
    }

    @Test
    void noMoreIsHeldThanThereIsAndItIsGivenBack() throws Exception {
        try (BodyPool.Body first = pool.admit(address(1), 80 * KIB);
                BodyPool.Body second = pool.admit(address(2), 80 * KIB)) {
            first.read(bytes(80 * KIB));
            assertThatThrownBy(() -> second.read(bytes(80 * KIB))).isInstanceOf(BodyPool.FullException.class);
        }
        try (BodyPool.Body broken = pool.admit(address(1), 80 * KIB)) {
            assertThatThrownBy(() -> broken.read(bytes(KIB))).isInstanceOf(IOException.class);
        }
        try (BodyPool.Body first = pool.admit(address(1), 80 * KIB);
                BodyPool.Body second = pool.admit(address(2), 20 * KIB)) {
            first.read(bytes(80 * KIB));
            second.read(bytes(20 * KIB));
        }
    }

    @Test
    void whatIsClosedTwiceIsGivenBackOnce() throws Exception {
        BodyPool.Body first = pool.admit(address(1), 80 * KIB);
        first.read(bytes(80 * KIB));
        first.awaitTurn();
        first.close();
        try (BodyPool.Body second = pool.admit(address(1), 80 * KIB);
                BodyPool.Body third = pool.admit(address(2), 80 * KIB)) {
            second.read(bytes(80 * KIB));
            second.awaitTurn();
            first.close();
            assertThatThrownBy(() -> pool.admit(address(1), KIB)).isInstanceOf(BodyPool.FullException.class);
            assertThatThrownBy(() -> third.read(bytes(80 * KIB))).isInstanceOf(BodyPool.FullException.class);
            assertThatThrownBy(third::awaitTurn).isInstanceOf(BodyPool.FullException.class);
        }
    }

    /** Else a body of many pieces would wait many times as long, and the API server would have given up. */
    @Test
    void aBodyHasOnePatienceForAllThatItWaitsFor() throws Exception {
        BodyPool patient = new BodyPool(KIB, 4 * KIB, 1, Duration.ofHours(1));
        BodyPool.Body holder = patient.admit(address(1), KIB);
        holder.read(bytes(KIB));
        try (BodyPool.Body waiting = patient.admit(address(2), KIB)) {
            long whole = waiting.patienceLeft();
            Thread release = Thread.ofPlatform().start(() -> {
                Waiting.until(patient::isAwaited);
                holder.close();
            });
            waiting.read(bytes(KIB));
            release.join();
            assertThat(waiting.patienceLeft()).isLessThan(whole);
        }
    }

    @Test
    void noLengthOverflowsAShare() throws Exception {
        BodyPool all = new BodyPool(KIB, Integer.MAX_VALUE, 1, Duration.ofMillis(10));
        try (BodyPool.Body _ = all.admit(address(1), Integer.MAX_VALUE)) {
            assertThatThrownBy(() -> all.admit(address(1), 1)).isInstanceOf(BodyPool.FullException.class);
        }
    }

    @Test
    void bodiesAreParsedInTheirTurn() throws Exception {
        try (BodyPool.Body second = pool.admit(address(2), KIB)) {
            try (BodyPool.Body first = pool.admit(address(1), KIB)) {
                first.awaitTurn();
                assertThatThrownBy(second::awaitTurn).isInstanceOf(BodyPool.FullException.class);
            }
            second.awaitTurn();
        }
    }
}
