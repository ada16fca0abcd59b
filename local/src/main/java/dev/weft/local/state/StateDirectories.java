package dev.weft.local.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The parent of the state directories of this user's meshes: {@code WEFT_HOME}, or {@code /run/weft} for root, or
 * {@code $XDG_RUNTIME_DIR/weft}, or {@code /tmp/weft-<uid>}. Each mesh has a directory in it.
 *
 * @param parent the parent directory
 * @param ours whether Weft chose the parent, and so removes it with the last mesh
 */
public record StateDirectories(Path parent, boolean ours) {
    private static final int ROOT = 0;

    /** Returns the directories of the user who runs this process. */
    public static StateDirectories ofProcess() {
        return of(System.getenv(), Uid.own());
    }

    /** Returns the directories of a user with this environment and user id. */
    public static StateDirectories of(Map<String, String> environment, int uid) {
        String home = environment.getOrDefault("WEFT_HOME", "");
        if (!home.isEmpty()) {
            return new StateDirectories(Path.of(home).toAbsolutePath().normalize(), false);
        }
        if (uid == 0) {
            return new StateDirectories(Path.of("/run/weft"), true);
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty() && Files.isDirectory(Path.of(runtime))) {
            return new StateDirectories(Path.of(runtime, "weft"), true);
        }
        return new StateDirectories(Path.of("/tmp/weft-" + uid), true);
    }

    /**
     * Returns the state directory of one mesh, whether it exists or not.
     *
     * @throws ForeignStateException if another user may write the parent
     */
    public MeshState of(MeshName name) throws IOException {
        check();
        return new MeshState(parent.resolve(name.value()));
    }

    /**
     * Creates the parent, for the owner only, if it does not exist.
     *
     * @throws ForeignStateException if another user may write it
     */
    public Path create() throws IOException {
        StateFiles.createDirectories(parent);
        check();
        return parent;
    }

    /**
     * Returns the meshes that have a state directory, sorted by name; some may be stale.
     *
     * @throws ForeignStateException if another user may write the parent
     */
    public List<MeshName> names() throws IOException {
        check();
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> directories = Files.list(parent)) {
            return directories
                    .filter(directory -> Files.exists(new MeshState(directory).record()))
                    .map(directory -> directory.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .map(MeshName::new)
                    .toList();
        }
    }

    /**
     * Refuses a parent that another user made or may write, as in {@code /tmp} anyone may make a directory first. What
     * the state says is run with this user's rights.
     */
    private void check() throws IOException {
        LinkOption[] links = ours ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS} : new LinkOption[0];
        PosixFileAttributes attributes;
        try {
            attributes = Files.readAttributes(parent, PosixFileAttributes.class, links);
        } catch (NoSuchFileException e) {
            return;
        }
        if (!attributes.isDirectory()) {
            throw new ForeignStateException(parent + " is not a directory");
        }
        int owner = (int) Files.getAttribute(parent, "unix:uid", links);
        if (owner != Uid.own() && owner != ROOT) {
            throw new ForeignStateException(parent + " belongs to the user with the number " + owner);
        }
        Set<PosixFilePermission> mode = attributes.permissions();
        if (mode.contains(PosixFilePermission.GROUP_WRITE) || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new ForeignStateException(
                    parent + " may be written by other users: " + PosixFilePermissions.toString(mode));
        }
    }
}
