package dev.weft.control.certify;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Waits until what was written to a file is on disk. */
@FunctionalInterface
interface DiskSync {

    /** Asks the kernel. */
    DiskSync KERNEL = channel -> channel.force(false);

    /** Throws an IOException if it is not known which of the content is on disk. */
    void force(FileChannel channel) throws IOException;
}
