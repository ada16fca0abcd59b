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

/**
 * How many file descriptors the process may have, and who may have one of the last. The kernel gives the lowest number that is
 * free, so the number of a new descriptor says that all below it are in use. Nothing has to be counted, and what else the
 * process has open is known as well. Safe for use by several threads.
 */
public final class Descriptors {
    private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);

    /** What a sidecar with ordinary traffic needs; where there are fewer, it is warned of. */
    static final int FLOOR = 1024;
    /** Descriptors that are kept for other things than sessions, unless there are few at all. */
    static final int MOST_RESERVE = 64;

    private static final int RESERVE_FRACTION = 4;
    /** A session has a connection on either side of the sidecar, where none of them is a tunnel. */
    private static final int PER_SESSION = 2;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path OPEN = Path.of("/proc/self/fd");
    private static final String OPEN_FILES = "Max open files";
    private static final int PAGE = 4096;

    /** What a descriptor is for. Each kind leaves some to those that follow it. */
    public enum Use {
        /** A connection of a session. */
        SESSION(1),
        /** Tunnels, in which other sidecars hear why they are refused, and probes, without which the workload is restarted. */
        UPKEEP(2),
        /** Requests for admin pages and certificates, by programs of the workload. What opens files and reaches the control plane has the rest. */
        PAGES(4);

        private final int part;

        Use(int part) {
            this.part = part;
        }
    }

    private final IntSupplier reading;
    private final SparseLog lines = new SparseLog(1, Duration.ofSeconds(10), System::nanoTime, Descriptors::summary);
    private volatile int limit;

    /** @param reading the limit at present; asked again where the kernel gives no descriptor */
    public Descriptors(IntSupplier reading) {
        this.reading = reading;
        this.limit = reading.getAsInt();
    }

    /** The descriptors of this process. */
    public static Descriptors ofProcess() {
        try {
            // Kept open: without a descriptor it could not be opened when it is needed most.
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

    /** From the text of {@code /proc/self/limits}, proc(5). */
    static int softLimit(String limits) {
        return limits.lines()
                .filter(line -> line.startsWith(OPEN_FILES))
                .map(line -> line.substring(OPEN_FILES.length()).strip().split(" +", -1)[0])
                .filter(soft -> soft.matches("[0-9]{1,9}"))
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(Integer.MAX_VALUE); // unlimited
    }

    /** Whether the process may keep a descriptor for this; if not, it is to be closed at once. That is logged, now and then. */
    public boolean allow(Use use, UnixChannel channel, ScheduledExecutorService timer) {
        int number = channel.fd().intValue();
        boolean allowed = allows(use, number);
        if (!allowed && lines.mayWrite(timer)) {
            LOG.atWarn()
                    .addKeyValue("code", "WEFT-D017")
                    .addKeyValue("limit", limit)
                    .addKeyValue("reserve", reserve())
                    .log(
                            "All file descriptors but {} of the reserve are in use: new connections are refused until others"
                                    + " end. A higher limit is set by ulimit -n, or LimitNOFILE= of systemd",
                            Math.max(0, limit - number));
        }
        return allowed;
    }

    private static void summary(long leftOut) {
        LOG.atWarn()
                .addKeyValue("code", "WEFT-D017")
                .addKeyValue("leftOut", leftOut)
                .log("So many more connections were refused meanwhile for want of file descriptors");
    }

    boolean allows(Use use, int number) {
        return number < limit - reserve() / use.part;
    }

    /** The kernel gave none although there should be some left: the limit is another by now, or the machine has none. */
    public void lookAgain() {
        limit = reading.getAsInt();
    }

    int reserve() {
        return Math.min(MOST_RESERVE, limit / RESERVE_FRACTION);
    }

    /** Sessions that there is room for beside so many descriptors that are open already. */
    int sessions(int open) {
        return Math.max(0, limit - reserve() - open) / PER_SESSION;
    }

    /** Says what the limit allows; {@code maxSessions} is what the settings do. */
    public void say(int maxSessions) {
        int room = Math.min(maxSessions, sessions(open()));
        if (limit < FLOOR) {
            LOG.atWarn()
                    .addKeyValue("limit", limit)
                    .addKeyValue("reserve", reserve())
                    .addKeyValue("sessions", room)
                    .log(
                            "The process may have {} file descriptors, room for {} sessions at a time; more are refused with"
                                    + " WEFT-D017 (expected: {} descriptors or more, by ulimit -n or LimitNOFILE=)",
                            limit,
                            room,
                            FLOOR);
        } else {
            LOG.atInfo()
                    .addKeyValue("limit", limit)
                    .addKeyValue("reserve", reserve())
                    .addKeyValue("sessions", room)
                    .log("The process may have {} file descriptors, room for {} sessions at a time", limit, room);
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
