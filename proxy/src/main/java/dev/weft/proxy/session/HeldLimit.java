package dev.weft.proxy.session;

import io.netty.util.internal.PlatformDependent;
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

    private static final Logger LOG = LoggerFactory.getLogger(HeldLimit.class);

    private HeldLimit() {}

    /** Returns the limit in bytes: {@code max-held}, or less if this process has no room for it. */
    public static long inThisProcess(int maxHeldMib) {
        long buffers = PlatformDependent.maxDirectMemory();
        long heap = Runtime.getRuntime().maxMemory();
        return bytes(maxHeldMib, heap, buffers > 0 ? buffers : heap, ContainerMemory.limit());
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
}
