package dev.weft.files.registry;

import dev.weft.files.yaml.FileError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The problems that keep a registry from following its files, or from storing their content. Safe for use by several
 * threads.
 */
final class RegistryProblems {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryProblems.class);

    private volatile @Nullable FileError scanning;
    private volatile @Nullable FileError storing;

    List<FileError> errors() {
        return Stream.of(scanning, storing).filter(Objects::nonNull).toList();
    }

    void scanned() {
        scanning = null;
    }

    void scanFailed(Path source, Throwable cause) {
        FileError error = new FileError(source, 0, "WEFT-C099: the files cannot be read for now: " + cause);
        if (!error.equals(scanning)) {
            scanning = error;
            LOG.atError().setCause(cause).log("the registry's files cannot be read for now");
        }
    }

    void stored() {
        storing = null;
    }

    /** Whether the content in force still has to be stored. */
    boolean hasUnstored() {
        return storing != null;
    }

    void storeFailed(Path source, IOException cause) {
        FileError error = new FileError(
                source,
                0,
                "WEFT-C099: the content of the files is in force, but cannot be stored for a restart: " + cause);
        if (!error.equals(storing)) {
            storing = error;
            LOG.atError().setCause(cause).log("the content of the registry's files cannot be stored for a restart");
        }
    }
}
