package dev.weft.testing.hang;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Ends the JVM of a test run in which nothing has started or ended for four minutes, or for as many seconds as the system
 * property {@code weft.test.hang.seconds} says. It writes the stacks of all threads before. JUnit's own timeout interrupts a test, which helps only if the test can be interrupted: an endless
 * loop, or a wait that ignores interrupts, would keep the whole run from ending.
 *
 * <p>JUnit finds this class through {@code META-INF/services}. It does nothing where JUnit's timeouts are disabled.
 */
public final class HangWatch implements TestExecutionListener {
    /** Longer than any single test or set-up may take. */
    private static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("weft.test.hang.seconds", 240));

    private static final String TIMEOUT_MODE = "junit.jupiter.execution.timeout.mode";
    private static final Path REPORTS = Path.of("target", "surefire-reports");

    private final Countdown countdown;

    /** Called by JUnit. */
    public HangWatch() {
        this(new Countdown(LIMIT, HangWatch::end));
    }

    HangWatch(Countdown countdown) {
        this.countdown = countdown;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        if (limited(plan.getConfigurationParameters().get(TIMEOUT_MODE).orElse(""), arguments())) {
            countdown.start();
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        countdown.stop();
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        countdown.again(test.getUniqueId());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        countdown.again("after " + test.getUniqueId());
    }

    /** Whether tests are limited in time: not if nobody wants it, nor while somebody looks at them in a debugger. */
    static boolean limited(String timeoutMode, String jvmArguments) {
        return !timeoutMode.equals("disabled") && !jvmArguments.contains("jdwp");
    }

    private static String arguments() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().toString();
    }

    private static void end(String test) {
        try {
            Path dump = ThreadDump.write(REPORTS, test);
            System.err.println("A test hangs: " + test + ". The stacks of all threads are in " + dump);
        } catch (IOException e) {
            System.err.println("A test hangs: " + test + ". The stacks of its threads could not be written: " + e);
        } finally {
            // An exit in order would wait for what hangs.
            Runtime.getRuntime().halt(1);
        }
    }
}
