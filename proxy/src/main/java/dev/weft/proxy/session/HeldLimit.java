package dev.weft.proxy.session;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many bytes this process can hold for receivers that do not read. Data is in buffers outside of the heap. Heads of
 * requests are on the heap, and count twice. So the process has room for three quarters of its memory for buffers, and
 * for eight fifths of its heap. In a container, the rest of the process needs {@value #BESIDE_MIB} MiB of the memory
 * limit. A sidecar that holds more would run out of memory, and lose all of its sessions.
 */
public final class HeldLimit {

    static final String CODE = "WEFT-D037";

    /** MiB of a container that are not for held data: some 80 of an idle sidecar, and 16 of its connections. */
    public static final int BESIDE_MIB = 96;
    /** MiB that are held even in a container that has no room for them: without any, nothing could be carried. */
    private static final int LEAST_MIB = 8;

    /** The control group of this process, in a container. */
    private static final Path CONTROL_GROUP = Path.of("/sys/fs/cgroup");
    /** The file of version 2, and the one of version 1. */
    private static final List<String> FILES = List.of("memory.max", "memory/memory.limit_in_bytes");

    private static final Logger LOG = LoggerFactory.getLogger(HeldLimit.class);

    private HeldLimit() {}

    /** Returns the limit in bytes: {@code max-held}, or less if this process has no room for it. */
    public static long inThisProcess(int maxHeldMib) {
        long buffers = PlatformDependent.maxDirectMemory();
        long heap = Runtime.getRuntime().maxMemory();
        return bytes(maxHeldMib, heap, buffers > 0 ? buffers : heap, container(CONTROL_GROUP));
    }

    /** @param container memory limit of the container; {@link Long#MAX_VALUE} if there is none */
    static long bytes(int maxHeldMib, long heap, long buffers, long container) {
        long wanted = (long) maxHeldMib << 20;
        long room = Math.max((long) LEAST_MIB << 20, container - ((long) BESIDE_MIB << 20));
        long most = Math.min(room, Math.min(buffers / 4 * 3, heap / 5 * 8));
        if (wanted <= most) {
            return wanted;
        }
        LOG.atWarn()
                .addKeyValue("code", CODE)
                .addKeyValue("maxHeldMib", maxHeldMib)
                .addKeyValue("heldMib", most >> 20)
                .addKeyValue("heapMib", heap >> 20)
                .addKeyValue("buffersMib", buffers >> 20)
                .addKeyValue("containerMib", container == Long.MAX_VALUE ? "no limit" : container >> 20)
                .log("There is no memory for max-held, so the limit is lower: give the sidecar more memory");
        return most;
    }

    /**
     * Returns the memory limit of the container in bytes; {@link Long#MAX_VALUE} if there is none, or none can be read.
     * The JVM takes the heap from the same limit, but tells it only in a module that the sidecar's runtime does not have.
     */
    static long container(Path controlGroup) {
        for (String file : FILES) {
            try {
                return Long.parseLong(Files.readString(controlGroup.resolve(file), StandardCharsets.US_ASCII)
                        .strip());
            } catch (IOException _) {
                // The other version is in force, or the process is in no container.
            } catch (NumberFormatException _) {
                return Long.MAX_VALUE; // version 2 writes "max" for no limit
            }
        }
        return Long.MAX_VALUE;
    }
}
