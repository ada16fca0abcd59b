package dev.weft.local.supervisor;

import dev.weft.testing.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class StartOrderTest {

    private static final String LISTENS =
            "  0: 0100F40A:3AA4 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1\n";
    private static final int PORT = 15_012;

    @TempDir
    Path tables;

    @Test
    void sidecarsWaitUntilTheControlPlaneListens() throws Exception {
        StartOrder order = new StartOrder(tables, PORT, 1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<StartOrder.Turn> turn = threads.submit(order::await);
            Assertions.assertThrows(TimeoutException.class, () -> turn.get(100, TimeUnit.MILLISECONDS));
            Files.writeString(tables.resolve("tcp"), LISTENS);
            turn.get(30, TimeUnit.SECONDS).close();
            Files.writeString(tables.resolve("tcp"), "");
            threads.submit(order::await).get(30, TimeUnit.SECONDS).close();
        }
    }

    /** The kernel takes milliseconds to show its sockets: who does not look waits without a limit of its own. */
    @Test
    void ofTwentyFiveThatWaitForTheControlPlaneOneLooks() throws Exception {
        int sidecars = 25;
        StartOrder order = new StartOrder(tables, PORT, sidecars);
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < sidecars; i++) {
            FutureTask<StartOrder.Turn> turn = new FutureTask<>(order::await);
            waiting.add(Thread.ofPlatform().start(turn));
        }
        Waiting.until(() -> waiting.stream()
                        .filter(thread -> thread.getState() == Thread.State.WAITING)
                        .count()
                == sidecars - 1);
        Files.writeString(tables.resolve("tcp"), LISTENS);
        for (Thread thread : waiting) {
            thread.join();
        }
    }

    @Test
    void fewStartAtOnceAndATurnCountsOnce() throws Exception {
        Files.writeString(tables.resolve("tcp"), LISTENS);
        StartOrder order = new StartOrder(tables, PORT, 1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            StartOrder.Turn first = order.await();
            Future<StartOrder.Turn> second = threads.submit(order::await);
            Assertions.assertThrows(TimeoutException.class, () -> second.get(100, TimeUnit.MILLISECONDS));
            first.close();
            first.close();
            StartOrder.Turn taken = second.get(30, TimeUnit.SECONDS);
            Future<StartOrder.Turn> third = threads.submit(order::await);
            Assertions.assertThrows(TimeoutException.class, () -> third.get(100, TimeUnit.MILLISECONDS));
            taken.close();
            third.get(30, TimeUnit.SECONDS).close();
        }
    }
}
