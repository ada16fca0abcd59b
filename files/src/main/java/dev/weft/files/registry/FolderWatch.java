package dev.weft.files.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The operating system's file watch for the folders that are sources, and for the folders of files that are sources.
 */
final class FolderWatch implements AutoCloseable {

    private final WatchService watch;

    private FolderWatch(WatchService watch) {
        this.watch = watch;
    }

    static FolderWatch of(List<Path> sources) throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        for (Path source : sources) {
            Path parent = source.getParent();
            if (Files.isDirectory(source)) {
                folders.add(source);
            } else if (parent != null && Files.isDirectory(parent)) {
                folders.add(parent);
            }
        }
        WatchService watch = FileSystems.getDefault().newWatchService();
        for (Path folder : folders) {
            folder.register(
                    watch,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
        }
        return new FolderWatch(watch);
    }

    /**
     * Returns after a change, or after this time.
     *
     * @throws java.nio.file.ClosedWatchServiceException if the watch is closed
     */
    void await(Duration longest) throws InterruptedException {
        WatchKey key = watch.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
        if (key != null) {
            key.pollEvents();
            key.reset();
        }
    }

    @Override
    public void close() {
        try {
            watch.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
