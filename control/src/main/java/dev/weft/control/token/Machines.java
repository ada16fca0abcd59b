package dev.weft.control.token;

import static java.util.Objects.requireNonNull;

import dev.weft.control.token.MachineTable.Kept;
import dev.weft.files.state.FileStore;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machines that joined by a token of an operator, each with an account of every certificate that it got, and by which it
 * asked for the next. So a machine can be shut out alone, although others have its identity. An account is an entry of the store,
 * and each change of it is kept before the certificate is handed out; several control planes may share a store. Safe for use by
 * several threads.
 */
public final class Machines {

    /** A certificate is remembered for so long after its end, for clocks that are slow. */
    static final Duration FORGET_CERTIFICATE = Duration.ofMinutes(10);

    /** Certificates that one machine may hold at once; one that behaves holds two. */
    static final int MAX_CERTIFICATES = 64;

    /** A machine is listed for so long after its last certificate's end. */
    public static final Duration FORGET_MACHINE = Duration.ofDays(7);

    private static final Store.Form FORM = Store.Form.secret(256 * 1024);
    private static final String SUFFIX = ".json";
    /** An account that others write in between is looked at again so often. */
    private static final int TRIES = 5;

    /** Between two tries to read, in seconds. */
    private static final long LONGEST_PAUSE = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

    private final Store store;
    private final String folder;
    private final Clock clock;
    /** Held while an account is written. */
    private final Object writing = new Object();

    private final MachineTable table = new MachineTable();

    /** What an account says of a certificate just signed. */
    public enum Standing {
        /** It may be handed out. */
        GOOD,
        /** The machine is revoked: it must not be. */
        REVOKED,
        /** The machine has too many that have not ended: it must not be. */
        TOO_MANY
    }

    /**
     * Reads the accounts.
     *
     * @throws StateException if one is damaged: without it a revoked machine could come back
     */
    public Machines(Store store, Clock clock) throws IOException {
        this(store, "machines", clock);
    }

    /** As above, in a directory, which is made, mode 0700, at the first machine. */
    public Machines(Path directory, Clock clock) throws IOException {
        this(
                new FileStore(requireNonNull(directory.toAbsolutePath().getParent(), "state directory")),
                String.valueOf(directory.getFileName()),
                clock);
    }

    private Machines(Store store, String folder, Clock clock) throws IOException {
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
     * @return ends it
     */
    public Entry.Watch follow(Runnable news) {
        return store.follow(folder, name -> {
            if (name.endsWith(SUFFIX)) {
                // Not on the thread that tells of it.
                Thread.ofVirtual().name("machine").start(() -> {
                    if (loadAtLast(name)) {
                        news.run();
                    }
                });
            }
        });
    }

    /** Tries a store that does not answer again, for a minute or so. */
    private boolean loadAtLast(String name) {
        for (long pause = 1; ; pause *= 2) {
            try {
                synchronized (writing) {
                    return load(name);
                }
            } catch (IOException | StateException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("entry", name)
                        .log("the account of a machine cannot be read again");
                if (e instanceof StateException || pause > LONGEST_PAUSE) {
                    return false;
                }
            }
            LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(pause));
        }
    }

    /** Whether it is another one than was known. */
    private boolean load(String name) throws IOException {
        Entry entry = store.entry(name, FORM);
        Optional<Kept> read =
                entry.read().map(value -> new Kept(MachineText.read(entry.where(), value.value()), value.version()));
        String id = name.substring(folder.length() + 1, name.length() - SUFFIX.length());
        return table.replace(id, read);
    }

    /**
     * A token was used, and this is the first certificate for it.
     *
     * @throws UncheckedIOException if it cannot be written down; then it must not be handed out
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
     * A certificate was signed for the holder of the one with this serial number.
     *
     * @throws UncheckedIOException if it cannot be written down; then it must not be handed out
     */
    public Standing renewed(BigInteger by, X509Certificate leaf, String address) {
        Kept known = table.ofSerial(by);
        if (known == null) {
            return Standing.GOOD;
        }
        return change(known.machine().token().id(), machine -> {
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
                .orElse(Standing.REVOKED);
    }

    /** What a machine becomes, if it changes, and what that means. */
    private record Change<T>(T answer, Optional<Machine> next) {}

    /**
     * Changes a machine as it is now, also when others change it in the same moment.
     *
     * @return empty if there is none of this id
     */
    private <T> Optional<T> change(String id, Function<Machine, Change<T>> change) {
        synchronized (writing) {
            for (int i = 0; i < TRIES; i++) {
                Kept now = table.of(id);
                if (now == null) {
                    return Optional.empty();
                }
                Change<T> wanted = change.apply(now.machine());
                if (wanted.next().isEmpty() || keep(wanted.next().get(), now.version())) {
                    return Optional.of(wanted.answer());
                }
            }
            throw failed("machine " + id + ": others write its account all the time; try again");
        }
    }

    /** Whether the holder of this certificate is a machine that was revoked. */
    public boolean revoked(BigInteger serialNumber) {
        Kept kept = table.ofSerial(serialNumber);
        return kept != null && kept.machine().revoked().isPresent();
    }

    /** What the operator said is to run where this certificate is; empty for a holder that did not join, or for any workload. */
    public Optional<String> workloadOf(BigInteger serialNumber) {
        return Optional.ofNullable(table.ofSerial(serialNumber))
                .flatMap(kept -> kept.machine().token().workload());
    }

    /** All of them, the one that joined last first. */
    public List<Machine> list() {
        return table.machines().stream()
                .sorted(Comparator.comparing(Machine::joined)
                        .reversed()
                        .thenComparing(machine -> machine.token().id()))
                .toList();
    }

    /**
     * Ends a machine: none of its certificates gets another one, and {@link #revokedCertificates} has them all. Once more is
     * no harm.
     *
     * @return empty if there is none of this id
     * @throws UncheckedIOException if it cannot be written down; then nothing has changed
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

    /** The certificates of machines that were revoked, those left out that have been over for {@link #FORGET_CERTIFICATE}. */
    public Set<SerialNumber> revokedCertificates() {
        Instant limit = clock.instant().minus(FORGET_CERTIFICATE);
        return table.machines().stream()
                .filter(machine -> machine.revoked().isPresent())
                .flatMap(machine -> machine.certificates().stream())
                .filter(certificate -> certificate.ends().isAfter(limit))
                .map(certificate -> new SerialNumber(certificate.serialNumber()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Forgets those whose last certificate has been over for {@link #FORGET_MACHINE}. */
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
        return store.entry(folder + "/" + id + SUFFIX, FORM);
    }

    /** Whether it is kept; if not, somebody else has written the account since, and it was read again. */
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
