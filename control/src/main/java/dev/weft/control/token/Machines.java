package dev.weft.control.token;

import static java.util.Objects.requireNonNull;

import dev.weft.control.token.MachineTable.Kept;
import dev.weft.files.state.FileStore;
import dev.weft.identity.svid.MachineMark;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machines that joined with an operator's token. Each has an account that records every certificate that it got,
 * and the certificate with which it was requested. So one machine can be shut out, although others have its identity.
 * An account is an entry of the store, and each change is stored before the certificate is handed out; several control
 * planes may share a store. Safe for use by several threads.
 */
public final class Machines {

    /** How long a certificate is remembered after its end, because of slow clocks. */
    static final Duration FORGET_CERTIFICATE = Duration.ofMinutes(10);

    /** Most certificates that one machine may hold at once; a correct one holds two. */
    static final int MAX_CERTIFICATES = 64;

    /** How long a machine is listed after its last certificate's end. */
    public static final Duration FORGET_MACHINE = Duration.ofDays(7);

    private static final Store.EntryOptions OPTIONS = Store.EntryOptions.secret(256 * 1024);
    private static final String SUFFIX = ".json";
    /** Attempts to change an account that others change at the same time. */
    private static final int TRIES = 5;

    /** The first pause between two attempts to read; each is twice as long as the one before. */
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** The longest pause, as a multiple of the first. */
    private static final int MAX_PAUSE = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

    private final Store store;
    private final String folder;
    private final Clock clock;
    private final Duration pause;
    /** Lock for writing accounts. */
    private final Object writing = new Object();

    private final MachineTable table = new MachineTable();

    /** Whether a certificate that was just signed may be handed out, by its machine's account. */
    public enum Standing {
        /** The certificate may be handed out. */
        GOOD,
        /** The machine is revoked: the certificate must not be handed out. */
        REVOKED,
        /** The machine has no account, so it could not be revoked: the certificate must not be handed out. */
        NO_ACCOUNT,
        /** The machine has too many certificates that have not ended: this one must not be handed out. */
        TOO_MANY
    }

    /**
     * Reads the accounts.
     *
     * @throws StateException if one is damaged: without it a revoked machine could return
     */
    public Machines(Store store, Clock clock) throws IOException {
        this(store, "machines", clock, PAUSE);
    }

    /** @param pause the first pause between two attempts to read an account again */
    Machines(Store store, Clock clock, Duration pause) throws IOException {
        this(store, "machines", clock, pause);
    }

    /** Reads the accounts in a directory, which is created, mode 0700, at the first machine. */
    public Machines(Path directory, Clock clock) throws IOException {
        this(
                new FileStore(requireNonNull(directory.toAbsolutePath().getParent(), "state directory")),
                String.valueOf(directory.getFileName()),
                clock,
                PAUSE);
    }

    private Machines(Store store, String folder, Clock clock, Duration pause) throws IOException {
        this.pause = pause;
        this.store = requireNonNull(store, "store");
        this.folder = folder;
        this.clock = requireNonNull(clock, "clock");
        for (String name : store.names(folder)) {
            if (name.endsWith(SUFFIX)) {
                load(name);
            }
        }
    }

    /**
     * Follows what other control planes write.
     *
     * @param news called after each account that was read again
     * @return ends the watch
     */
    public Entry.Watch follow(Runnable news) {
        AtomicBoolean ended = new AtomicBoolean();
        Entry.Watch watch = store.follow(folder, name -> {
            if (name.endsWith(SUFFIX)) {
                // Not on the thread that reports the change.
                Thread.ofVirtual().name("machine").start(() -> {
                    if (loadAtLast(name, ended)) {
                        news.run();
                    }
                });
            }
        });
        return () -> {
            ended.set(true);
            watch.close();
        };
    }

    /**
     * Reads an account again, however long the store does not answer: it may be that of a machine that was revoked, and
     * nothing reports the change a second time.
     */
    private boolean loadAtLast(String name, AtomicBoolean ended) {
        for (int pauses = 1; !ended.get(); pauses = Math.min(2 * pauses, MAX_PAUSE)) {
            try {
                synchronized (writing) {
                    return load(name);
                }
            } catch (IOException | StateException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("entry", name)
                        .log("the account of a machine cannot be read again");
                if (e instanceof StateException) {
                    return false;
                }
            }
            LockSupport.parkNanos(this, pause.multipliedBy(pauses).toNanos());
        }
        return false;
    }

    /** Reads an account; returns whether it differs from the known one. */
    private boolean load(String name) throws IOException {
        Entry entry = store.entry(name, OPTIONS);
        Optional<Kept> read =
                entry.read().map(value -> new Kept(MachineText.read(entry.where(), value.value()), value.version()));
        String id = name.substring(folder.length() + 1, name.length() - SUFFIX.length());
        return table.replace(id, read);
    }

    /**
     * Records the first certificate for a token that was used.
     *
     * @throws UncheckedIOException if it cannot be stored; then the certificate must not be handed out
     */
    public void joined(JoinToken token, X509Certificate leaf, String address) {
        Machine machine = new Machine(
                token,
                clock.instant(),
                address,
                0,
                List.of(Machine.Certificate.of(leaf, clock.instant(), address)),
                Optional.empty());
        synchronized (writing) {
            if (!keep(machine, Version.ABSENT)) {
                throw failed("machine " + token.id() + ": there is one already that joined by this token");
            }
        }
    }

    /**
     * Records a certificate that was signed for the holder of another one. A machine's account is changed in the store,
     * so a revocation by another control plane either finds the new certificate there, or is found here.
     *
     * @param by the certificate that the request was made with
     * @throws UncheckedIOException if it cannot be stored; then the certificate must not be handed out
     */
    public Standing renewed(X509Certificate by, X509Certificate leaf, String address) {
        Optional<MachineMark> mark = markOf(by);
        if (mark.isEmpty()) {
            return Standing.GOOD;
        }
        return change(mark.get().id(), machine -> {
                    if (machine.revoked().isPresent()) {
                        return new Change<>(Standing.REVOKED, Optional.empty());
                    }
                    Machine next = machine.with(
                            Machine.Certificate.of(leaf, clock.instant(), address),
                            clock.instant().minus(FORGET_CERTIFICATE));
                    return next.certificates().size() > MAX_CERTIFICATES
                            ? new Change<>(Standing.TOO_MANY, Optional.empty())
                            : new Change<>(Standing.GOOD, Optional.of(next));
                })
                .orElse(Standing.NO_ACCOUNT);
    }

    /** The answer of a change, and the changed machine if it changes. */
    private record Change<T>(T answer, Optional<Machine> next) {}

    /**
     * Changes a machine in its present state, even if others change it at the same time.
     *
     * @return empty if there is no machine of this id
     */
    private <T> Optional<T> change(String id, Function<Machine, Change<T>> change) {
        synchronized (writing) {
            for (int i = 0; i < TRIES; i++) {
                Optional<Kept> known = known(id);
                if (known.isEmpty()) {
                    return Optional.empty();
                }
                Kept now = known.get();
                Change<T> wanted = change.apply(now.machine());
                if (wanted.next().isEmpty() || keep(wanted.next().get(), now.version())) {
                    return Optional.of(wanted.answer());
                }
            }
            throw failed("machine " + id + ": its account keeps being changed by others; try again");
        }
    }

    /** Returns the account, also one that another control plane has just written. */
    private Optional<Kept> known(String id) {
        Kept known = table.of(id);
        if (known == null && JoinToken.isId(id)) {
            try {
                load(folder + "/" + id + SUFFIX);
            } catch (IOException e) {
                throw new UncheckedIOException("machine " + id + ": its account cannot be read", e);
            }
            known = table.of(id);
        }
        return Optional.ofNullable(known);
    }

    /**
     * Returns which machine holds this certificate; empty if its holder is not known to have joined from outside. The
     * certificate says it; for certificates of earlier versions, the accounts do.
     */
    public Optional<MachineMark> markOf(X509Certificate certificate) {
        return MachineMark.in(certificate)
                .or(() -> Optional.ofNullable(table.ofSerial(certificate.getSerialNumber()))
                        .map(kept -> new MachineMark(kept.machine().token().id())));
    }

    private Optional<Machine> holderOf(X509Certificate certificate) {
        return markOf(certificate)
                .flatMap(mark -> Optional.ofNullable(table.of(mark.id())))
                .map(Kept::machine);
    }

    /** Whether the holder of this certificate is known to be a revoked machine. */
    public boolean revoked(X509Certificate certificate) {
        return holderOf(certificate).flatMap(Machine::revoked).isPresent();
    }

    /**
     * Returns the workload that the operator named for the holder of this certificate; empty if it did not join, or for
     * any workload.
     */
    public Optional<String> workloadOf(X509Certificate certificate) {
        return holderOf(certificate).flatMap(machine -> machine.token().workload());
    }

    /** Returns all machines, the last joined first. */
    public List<Machine> list() {
        return table.machines().stream()
                .sorted(Comparator.comparing(Machine::joined)
                        .reversed()
                        .thenComparing(machine -> machine.token().id()))
                .toList();
    }

    /**
     * Revokes a machine: none of its certificates gets a further one, and {@link #revokedCertificates} contains them
     * all. May be repeated.
     *
     * @return empty if there is no machine of this id
     * @throws UncheckedIOException if it cannot be stored; then nothing has changed
     */
    public Optional<Machine> revoke(String id) {
        return change(id, machine -> {
            if (machine.revoked().isPresent()) {
                return new Change<>(machine, Optional.empty());
            }
            Machine revoked = machine.revokedAt(clock.instant());
            return new Change<>(revoked, Optional.of(revoked));
        });
    }

    /**
     * Returns the certificates of revoked machines, without those that ended more than {@link #FORGET_CERTIFICATE} ago.
     */
    public Set<SerialNumber> revokedCertificates() {
        Instant limit = clock.instant().minus(FORGET_CERTIFICATE);
        return table.machines().stream()
                .filter(machine -> machine.revoked().isPresent())
                .flatMap(machine -> machine.certificates().stream())
                .filter(certificate -> certificate.ends().isAfter(limit))
                .map(certificate -> new SerialNumber(certificate.serialNumber()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Forgets machines whose last certificate ended more than {@link #FORGET_MACHINE} ago. */
    public void prune() {
        Instant limit = clock.instant().minus(FORGET_MACHINE);
        for (Kept kept : table.all()) {
            Machine machine = kept.machine();
            if (machine.certificates().stream().allMatch(c -> c.ends().isBefore(limit))) {
                synchronized (writing) {
                    forget(kept);
                }
            }
        }
    }

    private void forget(Kept kept) {
        String id = kept.machine().token().id();
        try {
            if (entry(id).delete(kept.version())) {
                table.replace(id, Optional.empty());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("machine " + id + ": cannot be forgotten", e);
        }
    }

    private Entry entry(String id) {
        return store.entry(folder + "/" + id + SUFFIX, OPTIONS);
    }

    /**
     * Stores a machine. Returns false if another control plane has changed the account since; it was then read again.
     */
    private boolean keep(Machine machine, Version follows) {
        String id = machine.token().id();
        try {
            Optional<Version> written = entry(id).compareAndSet(follows, MachineText.print(machine));
            if (written.isEmpty()) {
                load(folder + "/" + id + SUFFIX);
                return false;
            }
            table.replace(id, Optional.of(new Kept(machine, written.get())));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("machine " + id + ": cannot be kept in " + store.where(folder), e);
        }
    }

    private static UncheckedIOException failed(String why) {
        return new UncheckedIOException(new IOException(why));
    }
}
