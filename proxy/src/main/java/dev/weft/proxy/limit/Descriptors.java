package dev.weft.proxy.limit;

import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Decides who gets one of the last file descriptors of the process. The kernel gives out the lowest free number, so the
 * number of a new descriptor shows that all lower numbers are in use. So nothing has to be counted, and all other open
 * files of the process are included. Safe for use by several threads.
 */
public final class Descriptors {
    private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);

    /** Descriptors that a sidecar with ordinary traffic needs; a lower limit is logged as a warning. */
    static final int FLOOR = 1024;
    /** The most descriptors that are reserved for other uses than sessions; a low limit reserves fewer. */
    static final int MOST_RESERVE = 64;

    private static final int RESERVE_FRACTION = 4;
    /** Descriptors of a session without tunnels: one connection on each side of the sidecar. */
    private static final int PER_SESSION = 2;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final String OPEN_FILES = "Max open files";
    private static final int PAGE = 4096;

    /** The use of a descriptor. Each use leaves some descriptors to the uses listed after it. */
    public enum Use {
        /** A connection of a session. */
        SESSION(1),
        /**
         * Tunnels, in which other sidecars get the reason of a refusal, and probes, without which the workload is
         * restarted.
         */
        UPKEEP(2),
        /**
         * Requests of the workload's programs for admin pages and certificates. The rest is for opening files and for
         * the connection to the control plane.
         */
        PAGES(4);

        private final int part;

        Use(int part) {
            this.part = part;
        }
    }

    private final IntSupplier reading;
    private final SparseLog lines = new SparseLog(1, Duration.ofSeconds(10), System::nanoTime, Descriptors::summary);
    private volatile int limit;

    /** @param reading reads the present limit; read again when the kernel gives no descriptor */
    public Descriptors(IntSupplier reading) {
        this.reading = reading;
        this.limit = reading.getAsInt();
    }

    /** Returns the descriptors of this process. */
    public static Descriptors ofProcess() {
        try {
            // Kept open: it could not be opened when no descriptor is left, which is when it is needed most.
            FileChannel limits = FileChannel.open(LIMITS, StandardOpenOption.READ);
            return new Descriptors(() -> softLimit(limits));
        } catch (IOException e) {
            LOG.warn("The limit on file descriptors is not known: {}", e.toString());
            return new Descriptors(() -> Integer.MAX_VALUE);
        }
    }

    private static int softLimit(FileChannel limits) {
        try {
            ByteBuffer page = ByteBuffer.allocate(PAGE);
            int _ = limits.read(page, 0);
            return softLimit(new String(page.array(), 0, page.position(), StandardCharsets.US_ASCII));
        } catch (IOException _) {
            return Integer.MAX_VALUE;
        }
    }

    /** Returns the soft limit of open files from the text of {@code /proc/self/limits}, proc(5). */
    static int softLimit(String limits) {
        return limits.lines()
                .filter(line -> line.startsWith(OPEN_FILES))
                .map(line -> line.substring(OPEN_FILES.length()).strip().split(" +", -1)[0])
                .filter(soft -> soft.matches("[0-9]{1,9}"))
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(Integer.MAX_VALUE); // unlimited
    }

    /**
     * Whether the process may keep a descriptor for this use. If not, the caller must close it immediately; refusals
     * are logged from time to time.
     */
    public boolean allow(Use use, UnixChannel channel, ScheduledExecutorService timer) {
        int number = channel.fd().intValue();
        boolean allowed = allows(use, number);
        if (!allowed && lines.mayWrite(timer)) {
            LOG.atWarn()
                    .addKeyValue("code", "WEFT-D017")
                    .addKeyValue("limit", limit)
                    .addKeyValue("reserve", reserve())
                    .log(
                            "All file descriptors but {} of the reserve are in use: new connections are refused until"
                                    + " others end. A higher limit is set by ulimit -n, or LimitNOFILE= of systemd",
                            Math.max(0, limit - number));
        }
        return allowed;
    }

    private static void summary(long leftOut) {
        LOG.atWarn()
                .addKeyValue("code", "WEFT-D017")
                .addKeyValue("leftOut", leftOut)
                .log("More connections were refused since the last message, because of too few file descriptors");
    }

    boolean allows(Use use, int number) {
        return number < limit - reserve() / use.part;
    }

    /**
     * Reads the limit again, after the kernel gave no descriptor although some should be left: the limit may have
     * changed, or the whole machine has none.
     */
    public void lookAgain() {
        limit = reading.getAsInt();
    }

    int reserve() {
        return Math.min(MOST_RESERVE, limit / RESERVE_FRACTION);
    }

    /** Returns how many sessions fit beside this number of open descriptors. */
    int sessions(int open) {
        return Math.max(0, limit - reserve() - open) / PER_SESSION;
    }

    /** Logs how many sessions the limit allows, at most {@code maxSessions}, which the settings allow. */
    public void say(int maxSessions) {
        int room = Math.min(maxSessions, sessions(open()));
        LoggingEventBuilder line = (limit < FLOOR ? LOG.atWarn() : LOG.atInfo())
                .addKeyValue("limit", limit)
                .addKeyValue("reserve", reserve())
                .addKeyValue("sessions", room);
        if (limit < FLOOR) {
            line.log(
                    "The process may have {} file descriptors, enough for {} concurrent sessions; more are refused with"
                            + " WEFT-D017 (expected: {} descriptors or more, by ulimit -n or LimitNOFILE=)",
                    limit,
                    room,
                    FLOOR);
        } else {
            line.log("The process may have {} file descriptors, enough for {} concurrent sessions", limit, room);
        }
    }

    private static int open() {
        int count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(OPEN)) {
            for (Path _ : open) {
                count++;
            }
        } catch (IOException | DirectoryIteratorException _) {
            return count;
        }
        return count;
    }
}
