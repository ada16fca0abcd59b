package dev.weft.proxy.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class RetryBudgetsTest {
    private static final long NOW = 1_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress A = HostPort.literal("10.0.0.1:80");
    private static final InetSocketAddress B = HostPort.literal("10.0.0.2:80");

    private final RetryBudgets budgets = new RetryBudgets();

    private int taken(InetSocketAddress destination, long now) {
        int taken = 0;
        while (budgets.take(destination, now)) {
            taken++;
        }
        return taken;
    }

    @Test
    void aDestinationWithFewRequestsHasSomeEachSecond() {
        assertThat(taken(A, NOW)).isEqualTo((int) RetryBudgets.EACH_SECOND);
        assertThat(taken(A, NOW)).isZero();
        assertThat(taken(A, NOW + SECOND)).isEqualTo((int) RetryBudgets.EACH_SECOND);
    }

    @Test
    void oneInFiveRequestsMayBeSentAgain() {
        taken(A, NOW);
        for (int i = 0; i < 100; i++) {
            budgets.sent(A, NOW);
        }
        assertThat(taken(A, NOW)).isBetween(19, 20);
    }

    @Test
    void noMoreIsSavedThanTheMost() {
        for (int i = 0; i < 10_000; i++) {
            budgets.sent(A, NOW);
        }
        assertThat(taken(A, NOW + 1000 * SECOND)).isEqualTo((int) RetryBudgets.MOST_SAVED);
    }

    @Test
    void whatOneDestinationSpendsIsNotTakenFromAnother() {
        taken(A, NOW);
        assertThat(taken(B, NOW)).isEqualTo((int) RetryBudgets.EACH_SECOND);
    }
}
