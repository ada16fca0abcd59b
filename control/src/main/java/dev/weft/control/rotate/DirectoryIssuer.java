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
 * Takes the issuer of a directory into use whenever it is another one, and works. The directory is watched, and read again
 * every few seconds all the same: not every file system tells of changes, and not every reason to wait is one. What does not
 * work is reported, and the issuer in use stays.
 */
final class DirectoryIssuer implements AutoCloseable {

    /** Read again this often. */
    static final Duration REREAD = Duration.ofSeconds(5);

    /** Looked for this often when it is not there. */
    private static final Duration ABSENT = Duration.ofSeconds(1);

    /** Changes closer to each other than this are one. */
    private static final Duration QUIET = Duration.ofMillis(50);

    /** Quiet is waited for no longer than this many times. */
    private static final int MAX_RESTLESS = 20;

    private static final Duration STOP = Duration.ofSeconds(5);

    /** What is waited for: proxies, or a rotation. */
    private static final String WAITS = "WEFT-C087";

    private static final String STATE = "state";

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryIssuer.class);

    /**
     * How it stands.
     *
     * @param problem why the directory's issuer is not the one in use; empty when it is
     * @param remarks what works and should not be so
     */
    record Standing(String problem, List<String> remarks) {
        Standing {
            remarks = List.copyOf(remarks);
        }
    }

    private final IssuerDirectory directory;
    private final TrustParts parts;
    private final IssuerInstallation installation;
    private final Rotations rotations;
    private final ProxyFollowers followers;
    private final Counter judged;
    private final Thread thread;
    private volatile @Nullable WatchService watching;
    private volatile Standing standing = new Standing("", List.of());
    private volatile boolean closed;

    DirectoryIssuer(
            IssuerDirectory directory,
            TrustParts parts,
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
                        "Issuers found in the issuer's directory, by what became of them: taken, or the code.",
                        "result");
        parts.metrics()
                .gauge(
                        "weft_control_issuer_directory_problem",
                        "1 while the issuer's directory cannot be used as it is.",
                        () -> standing.problem().isEmpty() ? 0 : 1);
        this.thread = Thread.ofPlatform().daemon().name("issuer-directory").unstarted(this::run);
        look();
        thread.start();
    }

    /** Where it is. */
    Path path() {
        return directory.path();
    }

    Standing standing() {
        return standing;
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
                // No watch on what is not there, or is not a directory: it is read again after a while.
                pause();
            } catch (InterruptedException _) {
                return;
            }
            lookGuarded();
        }
    }

    /** Until the directory that is watched is gone, or another one is in its place. */
    private void follow(WatchService watch) throws IOException, InterruptedException {
        @Nullable Object watched = fileKey();
        boolean valid = true;
        while (valid && !closed) {
            lookGuarded();
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

    private void pause() {
        if (!closed) {
            LockSupport.parkNanos(this, ABSENT.toNanos());
        }
    }

    private void lookGuarded() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("the issuer's directory cannot be followed; tried again soon");
        }
    }

    /** Reads it, and takes what is new into use if it works. */
    void look() {
        if (closed || !parts.state().leadership().leads()) {
            return;
        }
        synchronized (rotations) {
            try {
                Content content = directory.read();
                if (inUse(content)) {
                    stand("", content.remarks());
                } else {
                    take(content);
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

    private void take(Content content) throws BadIssuerException, IOException {
        Issuer issuer = directory.prove(
                content,
                parts.trust().candidate(parts.trust().own()),
                parts.clock().instant());
        if (rotations.running()) {
            refuse(WAITS, WAITS + ": " + directory.path() + " waits until the rotation that runs has ended");
            return;
        }
        String behind = followers.behind();
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
        stand("", content.remarks());
    }

    private void refuse(String code, String problem) {
        if (!standing.problem().equals(problem)) {
            judged.increment(code);
        }
        stand(problem, List.of());
    }

    private void stand(String problem, List<String> remarks) {
        Standing next = new Standing(problem, remarks);
        if (next.equals(standing)) {
            return;
        }
        if (!problem.isEmpty()) {
            LOG.atError().addKeyValue("problem", problem).log("issuer refused, the one in use stays");
        } else if (!standing.problem().isEmpty()) {
            LOG.atInfo().addKeyValue("directory", directory.path()).log("the issuer's directory is in order again");
        }
        remarks.forEach(remark -> LOG.atWarn().addKeyValue("remark", remark).log("issuer's directory"));
        standing = next;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        // Not interrupted: that would break off a file that is being written.
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
