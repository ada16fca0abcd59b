package dev.weft.control.certify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.certify.IssuingQueue.Entry;
import dev.weft.testing.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class IssuingQueueTest {

    private static final Duration LONG = Duration.ofSeconds(15);

    @Test
    void servesInTheOrderOfArrival() throws Exception {
        IssuingQueue queue = new IssuingQueue(1, 100, LONG);
        Entry.Turn first = turn(queue.enter());
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            others.add(inThread(() -> {
                try (Entry.Turn _ = turn(queue.enter())) {
                    order.add(number);
                }
            }));
            Waiting.until(() -> queue.waiting() > number);
        }
        first.close();
        for (CompletableFuture<Void> other : others) {
            other.get(30, TimeUnit.SECONDS);
        }
        assertThat(order).isSorted().hasSize(20);
    }

    @Test
    void sendsAwayAtOnceWhenAsManyWaitAsMay() throws Exception {
        IssuingQueue queue = new IssuingQueue(1, 1, LONG);
        Entry.Turn first = turn(queue.enter());
        CompletableFuture<Void> second = inThread(() -> turn(queue.enter()).close());
        Waiting.until(() -> queue.waiting() > 0);
        assertThat(queue.enter())
                .isInstanceOfSatisfying(
                        Entry.Busy.class,
                        busy -> assertThat(busy.retryAfter())
                                .isBetween(IssuingQueue.LEAST_RETRY, IssuingQueue.MOST_RETRY));
        first.close();
        second.get(30, TimeUnit.SECONDS);
    }

    @Test
    void sendsAwayAfterTheLongestWait() {
        IssuingQueue queue = new IssuingQueue(1, 10, Duration.ofMillis(50));
        try (Entry.Turn _ = turn(queue.enter())) {
            assertThat(queue.enter()).isInstanceOf(Entry.Busy.class);
        }
        assertThat(queue.waiting()).isZero();
        turn(queue.enter()).close();
    }

    @Test
    void givesTheTurnBackOfOneThatWasInterrupted() throws Exception {
        IssuingQueue queue = new IssuingQueue(1, 10, LONG);
        Entry.Turn first = turn(queue.enter());
        CompletableFuture<Entry> waited = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> waited.complete(queue.enter()));
        Waiting.until(() -> queue.waiting() > 0);
        thread.interrupt();
        assertThat(waited.get(30, TimeUnit.SECONDS)).isInstanceOf(Entry.Busy.class);
        first.close();
        turn(queue.enter()).close();
    }

    private static Entry.Turn turn(Entry entry) {
        assertThat(entry).isInstanceOf(Entry.Turn.class);
        return (Entry.Turn) entry;
    }

    private static CompletableFuture<Void> inThread(Runnable task) {
        return CompletableFuture.runAsync(task, Thread::startVirtualThread);
    }
}
