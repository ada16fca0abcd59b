package dev.weft.proxy;

import dev.weft.daemon.log.Logs;
import dev.weft.daemon.settings.InvalidSettingsException;
import dev.weft.proxy.capture.OriginalDestination;
import dev.weft.proxy.identity.SecurityProviders;
import dev.weft.proxy.loop.EpollLoops;
import dev.weft.proxy.settings.ProxySettings;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entry point of the sidecar's process, which serves one workload. */
public final class ProxyMain {
    private static final int USAGE_ERROR = 2;

    private ProxyMain() {}

    /** Runs until SIGTERM. Exit status: 0 after a drain, 1 when the sidecar cannot start, 2 for wrong flags. */
    public static void main(String[] arguments) {
        PrintStream err = System.err;
        if (List.of(arguments).contains("--help")) {
            System.out.print(ProxySettings.usage());
            return;
        }
        ProxySettings settings;
        try {
            settings = ProxySettings.parse(List.of(arguments), System.getenv());
        } catch (InvalidSettingsException e) {
            err.println("weft-proxy: " + e.getMessage());
            System.exit(USAGE_ERROR);
            return;
        }
        SecurityProviders.reduce();
        Logs.start(settings.logLevel(), "info");
        try {
            run(settings);
        } catch (IOException | RuntimeException e) {
            LoggerFactory.getLogger(ProxyMain.class).error("Cannot start: {}", e.toString());
            System.exit(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(ProxySettings settings) throws IOException, InterruptedException {
        Logger log = LoggerFactory.getLogger(ProxyMain.class);
        EventLoopGroup loops = EpollLoops.of(settings.loops(), new DefaultThreadFactory("weft-loop"));
        Wiring wiring = new Wiring(
                settings, Clock.systemUTC(), loops, OriginalDestination.fromKernel(), OriginalDestination.fromKernel());
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(wiring, log, stopped), "weft-drain"));
        if (settings.untilInputEnds()) {
            Thread.ofPlatform().daemon().name("weft-input").start(() -> endWithInput(log));
        }
        wiring.start();
        wiring.workload().awaitOpen();
        long sinceStart = System.currentTimeMillis() - startMillis();
        log.atInfo()
                .addKeyValue("identity", wiring.workload().identity())
                .addKeyValue("startToReadyMs", sinceStart)
                .log("Ready");
        stopped.await();
    }

    /**
     * Ends the process when standard input ends: the kernel closes it when the process at the other end is gone, for
     * whatever reason.
     */
    private static void endWithInput(Logger log) {
        try {
            long _ = System.in.transferTo(OutputStream.nullOutputStream());
            log.info("Standard input has ended: so does the sidecar");
        } catch (IOException e) {
            log.warn("Standard input cannot be read, so the sidecar ends: {}", e.toString());
        }
        System.exit(0);
    }

    /**
     * Returns when the kernel started the process, in Unix milliseconds. Management beans would report the same at a
     * cost of 2 MiB and 50 ms.
     */
    private static long startMillis() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(Instant::toEpochMilli)
                .orElseGet(System::currentTimeMillis);
    }

    private static void stop(Wiring wiring, Logger log, CountDownLatch stopped) {
        try {
            log.info("Draining");
            wiring.workload().drain();
            wiring.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
            Runtime.getRuntime().halt(0); // after SIGTERM the JVM would exit with 143
        }
    }
}
