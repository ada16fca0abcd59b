package dev.weft.local.supervisor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
