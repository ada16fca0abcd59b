package dev.weft.control.rotate;

import dev.weft.control.issuerdir.BadIssuerException;
import dev.weft.control.issuerdir.IssuerDirectory;
import dev.weft.control.issuerdir.IssuerDirectory.Content;
import dev.weft.daemon.metrics.Counter;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.PrivateKeys;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the issuer of a directory into use whenever it differs from the present one, and works. The directory is
 * watched, and also read again every few seconds: some file systems report no changes, and some reasons to wait are
 * outside the directory. An issuer that does not work is reported, and the issuer in use stays.
 */
final class DirectoryIssuer implements AutoCloseable {

    /** Interval at which the directory is read again. */
    static final Duration REREAD = Duration.ofSeconds(5);

    /** Interval at which a missing directory is looked for. */
    private static final Duration ABSENT = Duration.ofSeconds(1);

    /** Changes closer together than this are handled as one. */
    private static final Duration QUIET = Duration.ofMillis(50);

    /** Most intervals of quiet that are waited for after a change. */
    private static final int MAX_RESTLESS = 20;

    private static final Duration STOP = Duration.ofSeconds(5);

    /** The code while the issuer waits for proxies, or for a rotation. */
    private static final String WAITS = "WEFT-C087";

    private static final String STATE = "state";

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryIssuer.class);

    /**
     * The status of the directory.
     *
     * @param problem why its issuer is not the one in use; empty if it is
     * @param remarks things that work but should be changed
     */
    record Status(String problem, List<String> remarks) {
        Status {
            remarks = List.copyOf(remarks);
        }
    }

    private final IssuerDirectory directory;
    private final RotationParts parts;
    private final IssuerInstallation installation;
    private final Rotations rotations;
    private final ProxyFollowers followers;
    private final Counter judged;
    private final Thread thread;
    private volatile @Nullable WatchService watching;
    private volatile Status status = new Status("", List.of());
    private volatile boolean closed;

    DirectoryIssuer(
            IssuerDirectory directory,
            RotationParts parts,
            IssuerInstallation installation,
            Rotations rotations,
            ProxyFollowers followers) {
        this.directory = directory;
        this.parts = parts;
        this.installation = installation;
        this.rotations = rotations;
        this.followers = followers;
        this.judged = parts.metrics()
                .counter(
                        "weft_control_issuer_directory_changes_total",
                        "Issuers found in the issuer's directory, by result: taken, or an error code.",
                        "result");
        parts.metrics()
                .gauge(
                        "weft_control_issuer_directory_problem",
                        "1 while the issuer's directory cannot be used.",
                        () -> status.problem().isEmpty() ? 0 : 1);
        this.thread = Thread.ofPlatform().daemon().name("issuer-directory").unstarted(this::run);
        checkDirectory();
        thread.start();
    }

    Path path() {
        return directory.path();
    }

    Status status() {
        return status;
    }

    private void run() {
        while (!closed) {
            try (WatchService watch = directory.path().getFileSystem().newWatchService()) {
                watching = watch;
                directory
                        .path()
                        .register(
                                watch,
                                StandardWatchEventKinds.ENTRY_CREATE,
                                StandardWatchEventKinds.ENTRY_MODIFY,
                                StandardWatchEventKinds.ENTRY_DELETE);
                follow(watch);
            } catch (IOException | ClosedWatchServiceException _) {
                // A missing directory, or a file in its place, cannot be watched: it is read again after a pause.
                waitQuietly();
            } catch (InterruptedException _) {
                return;
            }
            checkDirectoryGuarded();
        }
    }

    /** Handles changes until the watched directory is gone or has been replaced. */
    private void follow(WatchService watch) throws IOException, InterruptedException {
        @Nullable Object watched = fileKey();
        boolean valid = true;
        while (valid && !closed) {
            checkDirectoryGuarded();
            if (!Objects.equals(watched, fileKey())) {
                return;
            }
            @Nullable WatchKey key = watch.poll(REREAD.toMillis(), TimeUnit.MILLISECONDS);
            for (int i = 0; key != null && i < MAX_RESTLESS; i++) {
                key.pollEvents();
                valid = key.reset();
                key = valid ? watch.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS) : null;
            }
        }
    }

    private @Nullable Object fileKey() throws IOException {
        return Files.readAttributes(directory.path(), BasicFileAttributes.class).fileKey();
    }

    private void waitQuietly() {
        if (!closed) {
            LockSupport.parkNanos(this, ABSENT.toNanos());
        }
    }

    private void checkDirectoryGuarded() {
        try {
            checkDirectory();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("the issuer's directory cannot be followed; tried again soon");
        }
    }

    /** Reads the directory, and takes a new issuer into use if it works. */
    void checkDirectory() {
        if (closed || !parts.state().leadership().leads()) {
            return;
        }
        synchronized (rotations) {
            try {
                Content content = directory.read();
                if (inUse(content)) {
                    setStatus("", content.remarks());
                } else {
                    putIntoUse(content);
                }
            } catch (BadIssuerException e) {
                refuse(e.code(), e.code() + ": " + e.reason());
            } catch (IOException | UncheckedIOException | StateException e) {
                refuse(
                        STATE,
                        RotationRefusals.STATE.code() + ": the state directory cannot be used: " + e.getMessage());
            }
        }
    }

    private boolean inUse(Content content) {
        Issuer present = parts.issuer().issuer();
        return present.chain().equals(content.chain())
                && PrivateKeys.matches(content.key(), content.chain().getFirst().getPublicKey());
    }

    private void putIntoUse(Content content) throws BadIssuerException, IOException {
        Issuer issuer = directory.prove(
                content,
                parts.trust().candidate(parts.trust().own()),
                parts.clock().instant());
        if (rotations.running()) {
            refuse(WAITS, WAITS + ": " + directory.path() + " waits until the running rotation has ended");
            return;
        }
        String behind = followers.behind(parts.issuer().issuer(), issuer);
        if (!behind.isEmpty()) {
            refuse(WAITS, WAITS + ": " + directory.path() + " waits until every sidecar trusts its anchor: " + behind);
            return;
        }
        installation.takeOver(issuer);
        judged.increment("taken");
        LOG.atInfo()
                .addKeyValue("directory", directory.path())
                .addKeyValue(
                        "serialNumber",
                        content.chain().getFirst().getSerialNumber().toString(16))
                .addKeyValue("notAfter", issuer.notAfter())
                .log("issuer taken from its directory");
        setStatus("", content.remarks());
    }

    private void refuse(String code, String problem) {
        if (!status.problem().equals(problem)) {
            judged.increment(code);
        }
        setStatus(problem, List.of());
    }

    private void setStatus(String problem, List<String> remarks) {
        Status next = new Status(problem, remarks);
        if (next.equals(status)) {
            return;
        }
        if (!problem.isEmpty()) {
            LOG.atError().addKeyValue("problem", problem).log("issuer refused, the one in use stays");
        } else if (!status.problem().isEmpty()) {
            LOG.atInfo().addKeyValue("directory", directory.path()).log("the issuer's directory can be used again");
        }
        remarks.forEach(remark -> LOG.atWarn().addKeyValue("remark", remark).log("issuer's directory"));
        status = next;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        // Not interrupted: an interrupt could break off the writing of a file.
        WatchService watch = watching;
        if (watch != null) {
            watch.close();
        }
        LockSupport.unpark(thread);
        try {
            thread.join(STOP);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
