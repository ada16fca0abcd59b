package dev.weft.testing.hang;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A test run of its own: its test ends at once, or never. */
final class HangingRun {
    private HangingRun() {}

    /** Runs the test of this class. */
    static void main(String[] arguments) throws ClassNotFoundException {
        LauncherFactory.create()
                .execute(LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectClass(Class.forName(arguments[0])))
                        .configurationParameter("junit.jupiter.execution.timeout.mode", arguments[1])
                        .build());
    }

    /** Ends at once. */
    static final class Brief {
        @Test
        void ends() {}
    }

    /** Waits for a virtual thread that ignores interrupts. */
    static final class Endless {
        @Test
        void neverEnds() {
            Thread waiting = Thread.startVirtualThread(Endless::waitForEver);
            while (waiting.isAlive()) {
                LockSupport.park();
            }
        }

        private static void waitForEver() {
            while (true) {
                LockSupport.park();
            }
        }
    }
}
