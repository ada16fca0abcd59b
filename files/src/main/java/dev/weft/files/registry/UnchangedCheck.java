package dev.weft.files.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a file is unchanged since the last read, without reading it. The kernel's change time cannot be set
 * back, but it is coarse: two writes shortly after one another may have the same time. So each file is read once more
 * after its timestamp has become old.
 */
final class UnchangedCheck {

    private static final long CONFIRM_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Attributes of the file, taken before the last read, so that a change during the read is noticed. */
    private @Nullable Map<String, Object> stamp;

    private long readAt;
    /** Whether the file was read again when its timestamp was old. */
    private boolean confirmed;

    /**
     * Whether the file need not be read. If false, the caller reads the file now.
     *
     * @param settled whether the text of the last read is in force
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
