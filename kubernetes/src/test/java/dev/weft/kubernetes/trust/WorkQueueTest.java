package dev.weft.kubernetes.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.Test;

final class WorkQueueTest {

    private static final Duration LATER = Duration.ofHours(1);

    @Test
    void aNameThatFailsAgainAndAgainWaitsForOneRetry() throws Exception {
        ScheduledThreadPoolExecutor later = new ScheduledThreadPoolExecutor(1);
        try (WorkQueue queue = new WorkQueue(later)) {
            queue.addLater("shop", LATER);
            queue.addLater("shop", LATER);
            queue.addLater("bank", LATER);
            assertThat(later.getQueue()).hasSize(2);
        }
    }

    @Test
    void aRetryMayFollowTheOneBefore() throws Exception {
        try (WorkQueue queue = new WorkQueue()) {
            for (int i = 0; i < 3; i++) {
                queue.addLater("shop", Duration.ZERO);
                assertThat(queue.take()).isEqualTo("shop");
            }
        }
    }

    @Test
    void nothingIsAddedLaterOnceItIsClosed() {
        ScheduledThreadPoolExecutor later = new ScheduledThreadPoolExecutor(1);
        WorkQueue queue = new WorkQueue(later);
        queue.close();
        queue.addLater("shop", LATER);
        assertThat(later.getQueue()).isEmpty();
    }
}
