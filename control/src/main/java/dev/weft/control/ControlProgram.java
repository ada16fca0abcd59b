package dev.weft.control;

import dev.weft.daemon.log.Logs;
import dev.weft.daemon.settings.InvalidSettingsException;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a control plane as a program, over files or on a platform. */
public final class ControlProgram {

    private static final int CANNOT_START = 1;
    private static final int WRONG_ARGUMENTS = 2;

    private ControlProgram() {}

    /**
     * Runs on a platform that holds the objects, until SIGTERM or SIGINT. Exit status: 1 if it cannot start, 2 if its
     * arguments are wrong.
     *
     * @param home creates the home from the settings when the program starts
     */
    public static void run(String[] arguments, Function<ControlSettings, Home> home) throws InterruptedException {
        run(ControlFlags.OVER_A_PLATFORM, arguments, home);
    }

    static void run(ControlFlags flags, String[] arguments, Function<ControlSettings, Home> home)
            throws InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(flags.help());
            return;
        }
        ControlSettings settings;
        try {
            settings = flags.read(List.of(arguments));
        } catch (InvalidSettingsException e) {
            System.err.println(e.getMessage());
            System.exit(WRONG_ARGUMENTS);
            return;
        }
        Logs.start(settings.logLevel(), "warn");
        Logger log = LoggerFactory.getLogger(ControlProgram.class);
        try {
            serve(settings, home.apply(settings), log);
        } catch (IOException | RuntimeException e) {
            log.atError().setCause(e).log("cannot start: {}", e.getMessage());
            System.exit(CANNOT_START);
        }
    }

    private static void serve(ControlSettings settings, Home home, Logger log)
            throws IOException, InterruptedException {
        ControlPlane plane = new ControlPlane(settings, home, Clock.systemUTC());
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            plane.close();
            log.atInfo().log("stopped");
            stopped.countDown();
        }));
        log.atInfo()
                .addKeyValue("settings", settings)
                .addKeyValue("port", plane.port())
                .addKeyValue("adminPort", plane.adminPort())
                .log("serving");
        stopped.await();
    }
}
