package dev.weft.local.supervisor;

import dev.weft.local.command.Commands;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A process that is started again when it ends. The pause before a restart doubles up to a limit, and is short again
 * after the process has run for some time. A thread follows the process, and calls {@code changed}.
 */
final class SupervisedProcess {

    private static final Duration MAX_BACKOFF = Duration.ofSeconds(30);
    private static final Duration STABLE_AFTER = Duration.ofSeconds(30);
    private static final Duration KILL_AGAIN = Duration.ofMillis(100);
    private static final int SIGNAL_BASE = 128;
    private static final int MAX_DOUBLINGS = 10;

    /** Prepares a start of the process. A failure counts as an end of the process. */
    interface Launch {
        Launched prepare() throws IOException, InterruptedException;
    }

    private final String label;
    private final Launch launch;
    private final IntPredicate restartAfter;
    private final Duration firstBackoff;
    private final RotatingLog log;
    private final Events events;
    private final Runnable changed;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private volatile ProcessStatus status = new ProcessStatus(ProcessState.WAITING, 0, 0, Instant.now(), "");
    private volatile Launched.@Nullable Running running;

    SupervisedProcess(
            String label,
            Launch launch,
            IntPredicate restartAfter,
            Duration firstBackoff,
            RotatingLog log,
            Events events,
            Runnable changed) {
        this.label = label;
        this.launch = launch;
        this.restartAfter = restartAfter;
        this.firstBackoff = firstBackoff;
        this.log = log;
        this.events = events;
        this.changed = changed;
        this.thread = Thread.ofPlatform().daemon().name(label).unstarted(this::follow);
    }

    void start() {
        thread.start();
    }

    ProcessStatus status() {
        return status;
    }

    boolean running() {
        return status.state() == ProcessState.RUNNING;
    }

    /** Kills the present process; it is started again as after a crash. */
    void kill(String reason) {
        Launched.Running current = running;
        if (current != null && current.program().isAlive()) {
            events.say(label + ": ended because " + reason);
            current.program().destroyForcibly();
        }
    }

    /** Asks the process to end, kills it and all its processes after the grace time, and starts no other. */
    void stop(Duration grace) throws InterruptedException {
        stopping.countDown();
        if (!thread.isAlive()) {
            return;
        }
        Launched.Running current = running;
        if (current != null) {
            current.program().destroy();
        }
        if (!thread.join(grace)) {
            events.say(label + ": did not end in time and is killed");
            do {
                killGroup(); // again and again, as a start that was under way may bring up a program after a look
            } while (!thread.join(KILL_AGAIN));
        }
    }

    private void follow() {
        int failures = 0;
        try {
            while (stopping.getCount() > 0) {
                long started = System.nanoTime();
                int exit = runOnce();
                if (stopping.getCount() == 0) {
                    break;
                }
                failures = System.nanoTime() - started > STABLE_AFTER.toNanos() ? 0 : failures;
                if (!restartAfter.test(exit)) {
                    events.say(label + ": ended with " + describe(exit));
                    become(ProcessState.ENDED, 0);
                    return;
                }
                Duration pause = backoff(failures++);
                events.say("%s: ended with %s, starts again %s".formatted(label, describe(exit), when(pause)));
                become(ProcessState.BACKOFF, 0);
                if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    break;
                }
                status = new ProcessStatus(
                        ProcessState.BACKOFF, 0, status.restarts() + 1, status.since(), status.lastExit());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        become(ProcessState.ENDED, 0);
    }

    private int runOnce() throws InterruptedException {
        int exit;
        @Nullable Process started = null;
        try {
            Launched launched = launch.prepare();
            Process current = launched.builder().redirectErrorStream(true).start();
            started = current;
            current.getOutputStream().close();
            Thread pump = Thread.ofPlatform()
                    .daemon()
                    .name(label + " output")
                    .start(() -> log.copy(current.getInputStream()));
            Launched.Running found = launched.find(current);
            running = found;
            if (stopping.getCount() == 0) {
                found.program().destroy();
            }
            become(ProcessState.RUNNING, found.program().pid());
            exit = current.waitFor();
            // Children that remain may hold the output open; by then the output of the process itself has been read.
            pump.join(firstBackoff);
        } catch (IOException | RuntimeException e) { // nothing may end the thread: the process would never start again
            events.say(label + ": cannot be started: " + e.getMessage());
            if (started != null) { // or a second process would run beside it
                started.descendants().forEach(ProcessHandle::destroyForcibly);
                started.destroyForcibly().waitFor();
            }
            exit = SIGNAL_BASE - 1;
        }
        running = null;
        ProcessStatus before = status;
        status = new ProcessStatus(before.state(), 0, before.restarts(), before.since(), describe(exit));
        return exit;
    }

    /**
     * Returns the pause before a restart. After the first failure, or one after a stable run, it is zero: waiting would
     * not help.
     */
    private Duration backoff(int failures) {
        if (failures == 0) {
            return Duration.ZERO;
        }
        Duration doubled = firstBackoff.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
    }

    private static String when(Duration pause) {
        return pause.isZero() ? "at once" : "in %.1f s".formatted(pause.toMillis() / 1000.0);
    }

    private void become(ProcessState state, long pid) {
        status = new ProcessStatus(state, pid, status.restarts(), Instant.now(), status.lastExit());
        try {
            changed.run();
        } catch (RuntimeException e) { // must not end the thread: the process would never start again
            events.say(label + ": its state cannot be passed on: " + e.getMessage());
        }
    }

    /**
     * Kills all processes of a program. Each program leads its own process group, because setsid starts it; in a PID
     * namespace, the first process is killed.
     */
    private void killGroup() throws InterruptedException {
        Launched.Running current = running;
        if (current == null) {
            return;
        }
        if (current.init().isPresent()) {
            current.init().get().destroyForcibly();
            return;
        }
        try {
            Commands.run("sh", "-c", "kill -s KILL -- -" + current.program().pid());
        } catch (IOException e) {
            current.program().destroyForcibly();
        }
    }

    static String describe(int exit) {
        return exit > SIGNAL_BASE ? "signal " + (exit - SIGNAL_BASE) : "exit status " + exit;
    }
}
