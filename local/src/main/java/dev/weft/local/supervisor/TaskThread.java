package dev.weft.local.supervisor;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of a mesh one after another on one thread. A task that fails, for example because the disk is full, is
 * run again each period until it succeeds. A failure is reported once, and so is its end.
 */
final class TaskThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskThread.class);

    private final Events events;
    private final Duration period;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("mesh").factory());

    // Owned by the thread.
    private final Map<String, String> failures = new HashMap<>();
    private final Set<String> waiting = new HashSet<>();

    /** A task for the thread. */
    interface Task {
        void run() throws IOException, InterruptedException;
    }

    /** @param period time between two runs of a repeated task, and of one that fails */
    TaskThread(Events events, Duration period) {
        this.events = events;
        this.period = period;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs a task after the delay, and again until it succeeds. */
    void submit(String what, Duration delay, Task task) {
        if (!thread.isShutdown()) {
            Future<?> _ = thread.schedule(() -> untilDone(what, task), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Runs a task each period. */
    void repeat(String what, Task task) {
        Future<?> _ = thread.scheduleWithFixedDelay(
                () -> succeeds(what, task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs a last task once, and then no other. */
    void closeWith(String what, Task task) {
        try {
            thread.submit(() -> succeeds(what, task)).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.error("{} failed", what, e);
        }
        close();
    }

    /** Waits for the task that runs: a late one would write into a state directory that is being removed. */
    @Override
    public void close() {
        thread.close();
    }

    private void untilDone(String what, Task task) {
        if (!succeeds(what, task) && waiting.add(what) && !thread.isShutdown()) {
            Future<?> _ = thread.schedule(
                    () -> {
                        waiting.remove(what);
                        untilDone(what, task);
                    },
                    period.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private boolean succeeds(String what, Task task) {
        try {
            task.run();
        } catch (IOException | RuntimeException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(failures.put(what, reason))) {
                LOG.error("{} failed", what, e);
                events.say(what + " failed: " + reason);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
        if (failures.remove(what) != null) {
            events.say(what + " succeeded");
        }
        return true;
    }
}
