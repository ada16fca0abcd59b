package dev.weft.control.token;

import static java.util.Objects.requireNonNull;

import dev.weft.files.state.StateFiles;
import dev.weft.identity.trust.SerialNumber;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The machines that joined by a token of an operator, each with an account of every certificate that it got, and by which it
 * asked for the next. So a machine can be shut out alone, whoever else has its identity. Each change is on disk before
 * the certificate is handed out. Safe for use by several threads; one control plane to a directory.
 */
public final class Machines {

    /** A certificate is remembered for so long after its end, for clocks that are slow. */
    static final Duration FORGET_CERTIFICATE = Duration.ofMinutes(10);

    /** Certificates that one machine may hold at once; one that behaves holds two. */
    static final int MAX_CERTIFICATES = 64;

    /** A machine is listed for so long after its last certificate's end. */
    public static final Duration FORGET_MACHINE = Duration.ofDays(7);

    private static final String SUFFIX = ".json";

    private final Path directory;
    private final Path stateDirectory;
    private final Clock clock;
    private final Map<String, Machine> byId = new HashMap<>();
    private final Map<BigInteger, String> bySerial = new HashMap<>();

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
     * @param directory made, mode 0700, at the first machine
     * @throws StateException if one is damaged: without it a revoked machine could come back
     */
    public Machines(Path directory, Clock clock) throws IOException {
        this.directory = requireNonNull(directory, "directory");
        this.stateDirectory = requireNonNull(directory.getParent(), "state directory");
        this.clock = requireNonNull(clock, "clock");
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
                for (Path file : files) {
                    remember(MachineFile.read(stateDirectory, name(String.valueOf(file.getFileName()))));
                }
            }
        }
    }

    /**
     * A token was used, and this is the first certificate for it.
     *
     * @throws UncheckedIOException if it cannot be written down; then it must not be handed out
     */
    public synchronized void joined(JoinToken token, X509Certificate leaf, String address) {
        keep(new Machine(token, clock.instant(), address, 0, List.of(certificate(leaf, address)), Optional.empty()));
    }

    /**
     * A certificate was signed for whoever holds the one of this serial number.
     *
     * @throws UncheckedIOException if it cannot be written down; then it must not be handed out
     */
    public synchronized Standing renewed(BigInteger by, X509Certificate leaf, String address) {
        Machine machine = ofSerial(by);
        if (machine == null) {
            return Standing.GOOD;
        }
        if (machine.revoked().isPresent()) {
            return Standing.REVOKED;
        }
        Machine next = machine.with(certificate(leaf, address), clock.instant().minus(FORGET_CERTIFICATE));
        if (next.certificates().size() > MAX_CERTIFICATES) {
            return Standing.TOO_MANY;
        }
        keep(next);
        return Standing.GOOD;
    }

    /** Whether the holder of this certificate is a machine that was revoked. */
    public synchronized boolean revoked(BigInteger serialNumber) {
        Machine machine = ofSerial(serialNumber);
        return machine != null && machine.revoked().isPresent();
    }

    /** What the operator said shall run where this certificate is; empty for whoever did not join, or for any workload. */
    public synchronized Optional<String> workloadOf(BigInteger serialNumber) {
        Machine machine = ofSerial(serialNumber);
        return Optional.ofNullable(machine)
                .flatMap(joined -> joined.token().grant())
                .flatMap(JoinToken.Grant::workload);
    }

    /** All of them, the one that joined last first. */
    public synchronized List<Machine> list() {
        return byId.values().stream()
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
    public synchronized Optional<Machine> revoke(String id) {
        Machine machine = byId.get(id);
        if (machine == null) {
            return Optional.empty();
        }
        if (machine.revoked().isEmpty()) {
            machine = machine.revokedAt(clock.instant());
            keep(machine);
        }
        return Optional.of(machine);
    }

    /** The certificates of machines that were revoked, those left out that have been over for {@link #FORGET_CERTIFICATE}. */
    public synchronized Set<SerialNumber> revokedCertificates() {
        Instant limit = clock.instant().minus(FORGET_CERTIFICATE);
        return byId.values().stream()
                .filter(machine -> machine.revoked().isPresent())
                .flatMap(machine -> machine.certificates().stream())
                .filter(certificate -> certificate.ends().isAfter(limit))
                .map(certificate -> new SerialNumber(certificate.serialNumber()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Forgets those whose last certificate has been over for {@link #FORGET_MACHINE}. */
    public synchronized void prune() {
        Instant limit = clock.instant().minus(FORGET_MACHINE);
        for (Machine machine : List.copyOf(byId.values())) {
            if (machine.certificates().stream().allMatch(c -> c.ends().isBefore(limit))) {
                try {
                    MachineFile.file(stateDirectory, name(machine.token().id() + SUFFIX))
                            .delete();
                } catch (IOException e) {
                    throw new UncheckedIOException("machine " + machine.token().id() + ": cannot be forgotten", e);
                }
                forget(machine);
            }
        }
    }

    private @Nullable Machine ofSerial(BigInteger serialNumber) {
        String id = bySerial.get(serialNumber);
        return id == null ? null : byId.get(id);
    }

    private Machine.Certificate certificate(X509Certificate leaf, String address) {
        return new Machine.Certificate(
                leaf.getSerialNumber(),
                clock.instant(),
                address,
                leaf.getNotAfter().toInstant());
    }

    private void keep(Machine machine) {
        try {
            StateFiles.createDirectory(directory);
            MachineFile.write(stateDirectory, name(machine.token().id() + SUFFIX), machine);
        } catch (IOException e) {
            throw new UncheckedIOException("machine " + machine.token().id() + ": cannot be kept in " + directory, e);
        }
        Machine before = byId.get(machine.token().id());
        if (before != null) {
            forget(before);
        }
        remember(machine);
    }

    private void remember(Machine machine) {
        byId.put(machine.token().id(), machine);
        machine.certificates()
                .forEach(c -> bySerial.put(c.serialNumber(), machine.token().id()));
    }

    private void forget(Machine machine) {
        byId.remove(machine.token().id());
        machine.certificates().forEach(c -> bySerial.remove(c.serialNumber()));
    }

    private String name(String file) {
        return directory.getFileName() + "/" + file;
    }
}
