package dev.weft.local.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The numeric user id of this process. */
public final class Uid {

    private Uid() {}

    /** Returns the effective user id: the owner of the process's own entry in /proc. */
    public static int own() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the owner of /proc/self (expected: a Linux with /proc)", e);
        }
    }
}
