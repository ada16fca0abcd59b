package dev.weft.control.revoke;

import dev.weft.control.registry.FileError;
import dev.weft.control.registry.ObjectWriter;
import dev.weft.control.registry.OperatorFolder;
import dev.weft.control.registry.Parsed;
import dev.weft.control.registry.RegistryFiles;
import dev.weft.control.registry.WrittenFile;
import dev.weft.control.state.SealedFile;
import dev.weft.control.state.StateException;
import dev.weft.control.state.StateFiles;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The objects that operators made: one file for each kind in a folder that the registry reads too. A file is replaced whole
 * and taken into force before the change returns. Safe for use by several threads.
 */
public final class OperatorObjects {

    private static final String FOLDER = "objects";
    private static final String REVOCATIONS = "revocations.yaml";
    private static final String TRUST_DOMAINS = "trust-domains.yaml";
    private static final Duration KEPT_AFTER_END = Duration.ofDays(1);
    private static final int MAX_ERRORS = 10;

    private final Path stateDirectory;
    private final OperatorFolder reader;
    /** Each as it is written, by the very object, which is not looked into; kept, as there may be thousands and all are written each time. */
    private IdentityHashMap<Revocation, String> texts = new IdentityHashMap<>();

    private Map<String, Revocation> revocations;
    private Map<TrustDomain, TrustDomainObject> disabled;

    private OperatorObjects(
            Path stateDirectory,
            OperatorFolder reader,
            Map<String, Revocation> revocations,
            Map<TrustDomain, TrustDomainObject> disabled) {
        this.stateDirectory = stateDirectory;
        this.reader = reader;
        this.revocations = revocations;
        this.disabled = disabled;
    }

    /**
     * What the folder of a state directory has.
     *
     * @param reader of the folder
     * @throws StateException if a file is damaged or missing: what it revokes would be trusted again
     */
    public static OperatorObjects open(Path stateDirectory, OperatorFolder reader) throws IOException {
        folder(stateDirectory);
        return new OperatorObjects(
                stateDirectory,
                reader,
                read(stateDirectory, REVOCATIONS).revocations(),
                read(stateDirectory, TRUST_DOMAINS).trustDomains());
    }

    /** Their folder in a state directory, made when it is not there. */
    public static Path folder(Path stateDirectory) throws IOException {
        Path folder = stateDirectory.resolve(FOLDER);
        StateFiles.createDirectory(folder);
        return folder;
    }

    /**
     * What an operator said when they disabled the trust domain, as it is kept in a state directory; empty if nobody has.
     *
     * @throws StateException if it cannot be read
     */
    public static Optional<TrustDomainObject> disabled(Path stateDirectory, TrustDomain trustDomain)
            throws IOException {
        Snapshot kept = read(stateDirectory, TRUST_DOMAINS);
        return Optional.ofNullable(kept.trustDomains().get(trustDomain));
    }

    /** The revocation of this name. */
    synchronized Optional<Revocation> revocation(String name) {
        return Optional.ofNullable(revocations.get(name));
    }

    /** Adds a revocation, or puts it in the place of the one of its name. */
    synchronized void put(Revocation revocation) throws RefusedException, IOException {
        Map<String, Revocation> next = new TreeMap<>(revocations);
        next.put(revocation.name(), revocation);
        writeRevocations(next);
    }

    /** Takes a revocation back. */
    synchronized void remove(String name) throws RefusedException, IOException {
        Map<String, Revocation> next = new TreeMap<>(revocations);
        if (next.remove(name) != null) {
            writeRevocations(next);
        }
    }

    /** Forgets those that ended a day ago, so that a clock that runs ahead for some hours and comes back loses none. */
    public void prune(Instant now) throws IOException {
        try {
            forgetEnded(now.minus(KEPT_AFTER_END));
        } catch (RefusedException e) {
            throw new IllegalStateException("fewer revocations take more room than before", e);
        }
    }

    /** Forgets those that had ended by then. */
    synchronized void forgetEnded(Instant by) throws RefusedException, IOException {
        Map<String, Revocation> next = new TreeMap<>(revocations);
        if (next.values().removeIf(revocation -> !revocation.inForce(by))) {
            writeRevocations(next);
        }
    }

    /** Whether an operator has disabled the trust domain. */
    synchronized boolean isDisabled(TrustDomain trustDomain) {
        return disabled.containsKey(trustDomain);
    }

    /** Disables a trust domain. */
    synchronized void disable(TrustDomainObject trustDomain) throws RefusedException, IOException {
        Map<TrustDomain, TrustDomainObject> next = new LinkedHashMap<>(disabled);
        next.put(trustDomain.trustDomain(), trustDomain);
        writeDisabled(next);
    }

    /** Has no say in the trust domain any more. */
    synchronized void enable(TrustDomain trustDomain) throws RefusedException, IOException {
        Map<TrustDomain, TrustDomainObject> next = new LinkedHashMap<>(disabled);
        if (next.remove(trustDomain) != null) {
            writeDisabled(next);
        }
    }

    private static SealedFile file(Path stateDirectory, String name) {
        return SealedFile.lasting(
                stateDirectory,
                FOLDER + "/" + name,
                RegistryFiles.MAX_BYTES + SealedFile.HEAD_BYTES,
                StateFiles.PUBLIC);
    }

    private static Snapshot read(Path stateDirectory, String name) throws IOException {
        SealedFile file = file(stateDirectory, name);
        try {
            return file.read(text -> parse(file.path(), text));
        } catch (NoSuchFileException _) {
            return Snapshot.EMPTY;
        }
    }

    private static Snapshot parse(Path file, String text) {
        Parsed parsed = RegistryFiles.parse(file, text);
        if (!parsed.valid()) {
            throw new StateException(parsed.errors().stream()
                    .limit(MAX_ERRORS)
                    .map(FileError::toString)
                    .collect(Collectors.joining(", ")));
        }
        return parsed.objects();
    }

    private void writeRevocations(Map<String, Revocation> next) throws RefusedException, IOException {
        IdentityHashMap<Revocation, String> kept = new IdentityHashMap<>(next.size());
        write(
                REVOCATIONS,
                next.values(),
                revocation -> kept.computeIfAbsent(revocation, this::text),
                Snapshot.EMPTY.withRevocations(next));
        texts = kept;
        revocations = next;
        reader.look();
    }

    private String text(Revocation revocation) {
        String known = texts.get(revocation);
        return known == null ? ObjectWriter.write(revocation) : known;
    }

    private void writeDisabled(Map<TrustDomain, TrustDomainObject> next) throws RefusedException, IOException {
        write(TRUST_DOMAINS, next.values(), ObjectWriter::writeDisabled, Snapshot.EMPTY.withTrustDomains(next));
        disabled = next;
        reader.look();
    }

    /** @param said what the file says then */
    private <T> void write(String name, Collection<T> objects, Function<T, String> writer, Snapshot said)
            throws RefusedException, IOException {
        String text = objects.stream().map(writer).collect(Collectors.joining("\n---\n", "", "\n"));
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > RegistryFiles.MAX_BYTES) {
            throw new RefusedException(
                    RefusedException.Code.TOO_MANY,
                    "they would take " + bytes + " bytes in " + name + " (expected: at most " + RegistryFiles.MAX_BYTES
                            + "); take some back, or give shorter reasons");
        }
        SealedFile file = file(stateDirectory, name);
        reader.announce(new WrittenFile(text, new Parsed(file.path(), said, Map.of(), List.of())));
        file.write(text);
    }
}
