package dev.weft.files.registry;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.files.registry.OperatorFolder.WrittenFile;
import dev.weft.files.state.SealedFile;
import dev.weft.files.yaml.FileError;
import dev.weft.files.yaml.ObjectWriter;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.FullException;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
 * Stores the objects that operators made, in one file for each kind. The files are in a folder that the registry reads
 * as well. A file is replaced as a whole and is in force before the method returns. Safe for use by several threads.
 */
public final class OperatorFiles implements OperatorObjects {

    private static final String FOLDER = "objects";
    private static final String REVOCATIONS = "revocations.yaml";
    private static final String TRUST_DOMAINS = "trust-domains.yaml";
    private static final int MAX_ERRORS = 10;

    private final Path stateDirectory;
    private final OperatorFolder reader;
    /**
     * The text of each revocation, by object identity. It is cached because there may be thousands, and all are written
     * at each change.
     */
    private IdentityHashMap<Revocation, String> texts = new IdentityHashMap<>();

    private Map<String, Revocation> revocations;
    private Map<TrustDomain, TrustDomainObject> disabled;

    private OperatorFiles(
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
     * Reads the objects in the folder of a state directory.
     *
     * @param reader the registry that reads the folder
     * @throws StateException if a file is damaged or missing: the objects that it revokes would be trusted again
     */
    public static OperatorFiles open(Path stateDirectory, OperatorFolder reader) throws IOException {
        folder(stateDirectory);
        return new OperatorFiles(
                stateDirectory,
                reader,
                read(stateDirectory, REVOCATIONS).revocations(),
                read(stateDirectory, TRUST_DOMAINS).trustDomains());
    }

    /** Returns the folder of these files in a state directory. Creates it if it does not exist. */
    public static Path folder(Path stateDirectory) throws IOException {
        Path folder = stateDirectory.resolve(FOLDER);
        PrivateFiles.createDirectory(folder);
        return folder;
    }

    /**
     * Reads from a state directory the entry with which an operator disabled the trust domain; empty if there is none.
     *
     * @throws StateException if it cannot be read
     */
    public static Optional<TrustDomainObject> disabled(Path stateDirectory, TrustDomain trustDomain)
            throws IOException {
        Snapshot kept = read(stateDirectory, TRUST_DOMAINS);
        return Optional.ofNullable(kept.trustDomains().get(trustDomain));
    }

    @Override
    public synchronized Optional<Revocation> revocation(String name) {
        return Optional.ofNullable(revocations.get(name));
    }

    @Override
    public synchronized void put(Revocation revocation) throws IOException {
        Map<String, Revocation> next = new TreeMap<>(revocations);
        next.put(revocation.name(), revocation);
        writeRevocations(next);
    }

    @Override
    public synchronized void remove(String name) throws IOException {
        Map<String, Revocation> next = new TreeMap<>(revocations);
        if (next.remove(name) != null) {
            writeRevocations(next);
        }
    }

    @Override
    public synchronized void forgetEnded(Instant by) throws IOException {
        Map<String, Revocation> next = new TreeMap<>(revocations);
        if (next.values().removeIf(revocation -> !revocation.inForce(by))) {
            writeRevocations(next);
        }
    }

    @Override
    public synchronized boolean isDisabled(TrustDomain trustDomain) {
        return disabled.containsKey(trustDomain);
    }

    @Override
    public synchronized void disable(TrustDomainObject trustDomain) throws IOException {
        Map<TrustDomain, TrustDomainObject> next = new LinkedHashMap<>(disabled);
        next.put(trustDomain.trustDomain(), trustDomain);
        writeDisabled(next);
    }

    @Override
    public synchronized void enable(TrustDomain trustDomain) throws IOException {
        Map<TrustDomain, TrustDomainObject> next = new LinkedHashMap<>(disabled);
        if (next.remove(trustDomain) != null) {
            writeDisabled(next);
        }
    }

    private static SealedFile file(Path stateDirectory, String name) {
        return SealedFile.required(
                stateDirectory,
                FOLDER + "/" + name,
                RegistryFiles.MAX_BYTES + SealedFile.HEAD_BYTES,
                PrivateFiles.PUBLIC);
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

    private void writeRevocations(Map<String, Revocation> next) throws IOException {
        IdentityHashMap<Revocation, String> kept = new IdentityHashMap<>(next.size());
        write(
                REVOCATIONS,
                next.values(),
                revocation -> kept.computeIfAbsent(revocation, this::text),
                Snapshot.EMPTY.withRevocations(next));
        texts = kept;
        revocations = next;
        reader.rescan();
    }

    private String text(Revocation revocation) {
        String known = texts.get(revocation);
        return known == null ? ObjectWriter.write(revocation) : known;
    }

    private void writeDisabled(Map<TrustDomain, TrustDomainObject> next) throws IOException {
        write(TRUST_DOMAINS, next.values(), ObjectWriter::writeDisabled, Snapshot.EMPTY.withTrustDomains(next));
        disabled = next;
        reader.rescan();
    }

    /** @param content the content of the file as objects */
    private <T> void write(String name, Collection<T> objects, Function<T, String> writer, Snapshot content)
            throws IOException {
        String text = objects.stream().map(writer).collect(Collectors.joining("\n---\n", "", "\n"));
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > RegistryFiles.MAX_BYTES) {
            throw new FullException("they would take " + bytes + " bytes in " + name + " (expected: at most "
                    + RegistryFiles.MAX_BYTES + ")");
        }
        SealedFile file = file(stateDirectory, name);
        reader.announce(new WrittenFile(text, new Parsed(file.path(), content, Map.of(), List.of())));
        file.write(text);
    }
}
