package dev.weft.daemon.listen;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.daemon.schedule.Repetition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens again when somebody has deleted the file of a Unix socket, for example a program that cleans {@code /tmp}. The
 * kernel keeps a deleted socket open, so the process would look healthy and be out of reach.
 */
public final class SocketWatch implements AutoCloseable {

    /** Interval of the checks. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(SocketWatch.class);

    /** One thread for all sockets of the process. */
    private static final ScheduledExecutorService THREAD = Repetition.thread("socket-watch");

    /** Binds the socket once more; the former listener is of no use any more. */
    @FunctionalInterface
    public interface Rebinding {
        /** Throws an IOException if the socket cannot be bound now. */
        void listenAgain() throws IOException;
    }

    private final Path socket;
    private final Rebinding rebinding;
    private final Future<?> checks;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private boolean failing;

    @GuardedBy("this")
    private long times;

    private SocketWatch(Path socket, Rebinding rebinding) {
        this.socket = socket;
        this.rebinding = rebinding;
        this.checks = Repetition.every(THREAD, PAUSE, this::check);
    }

    /** Watches a socket that is bound. */
    public static SocketWatch start(Path socket, Rebinding rebinding) {
        return new SocketWatch(socket, rebinding);
    }

    private synchronized void check() {
        // A file that another process put there belongs to that process. Where a folder cannot be read, nothing is
        // known.
        if (closed || !Files.notExists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            rebinding.listenAgain();
            failing = false;
            times++;
            if (Long.bitCount(times) == 1) { // less and less often: somebody may delete it again and again
                LOG.atWarn()
                        .addKeyValue("socket", socket)
                        .addKeyValue("times", times)
                        .log("the socket was deleted while this process listened on it; it was made again");
            }
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("socket", socket)
                        .log("the socket was deleted and cannot be made again: nobody can connect; it is tried every"
                                + " second");
            }
            failing = true;
        }
    }

    /** Ends the watch; afterwards nothing is bound. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        checks.cancel(false);
    }
}
