package dev.weft.files.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a file is the very file that was read last, without reading it. The kernel's time of change cannot be set back, but
 * it is coarse: what was written over within a moment looks the same, and is seen when the file is read once more.
 */
final class Unchanged {

    private static final long CONFIRM_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Of the file that was read last; taken before it was read, so that a change meanwhile is seen. */
    private @Nullable Map<String, Object> stamp;

    private long readAt;
    /** Whether it was read again when its stamp had long been what it is. */
    private boolean confirmed;

    /**
     * Whether there is nothing to read; otherwise the file is about to be read.
     *
     * @param settled whether what was read last counts
     */
    boolean isAsRead(Path file, long now, boolean settled) throws IOException {
        Map<String, Object> present = Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime");
        boolean same = present.equals(stamp) && settled;
        if (same && (confirmed || now - readAt < CONFIRM_NANOS)) {
            return true;
        }
        confirmed = same;
        readAt = now;
        stamp = present;
        return false;
    }

    void forget() {
        stamp = null;
    }
}
