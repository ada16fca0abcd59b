package dev.weft.control.peering;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.v1.ExportedService;
import dev.weft.api.v1.ExportedWorkload;
import dev.weft.api.v1.PeeringUpdate;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.files.state.SealedFile;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what is known of other trust domains, one file for each. So a control plane that starts while they do not
 * answer knows them all the same. The program that writes the names of their addresses reads the same files. What is in
 * an unreadable file counts as unknown: the other trust domain sends it again soon.
 */
public final class PeerStore {

    private static final Logger LOG = LoggerFactory.getLogger(PeerStore.class);
    private static final String PEERS = "peers";
    private static final String SUFFIX = ".peer";

    /** Largest file that is read, in bytes: base64 adds a third. */
    private static final int MAX_FILE = 3 * ExportSteps.MAX_BYTES;

    /** Most names of one trust domain: each takes a line or two in the hosts file of every workload. */
    public static final int MAX_NAMES = 5_000;

    private final Path stateDirectory;
    private final Path directory;

    /** Creates the store of a control plane with this state directory. */
    public PeerStore(Path stateDirectory) {
        this.stateDirectory = stateDirectory;
        this.directory = stateDirectory.resolve(PEERS);
    }

    /**
     * The names of a trust domain that have addresses: its Services, and its workloads without a Service of the same
     * name.
     *
     * @param addresses by {@code namespace/name}
     * @param leftOut how many names are left out, because there are more than {@link #MAX_NAMES}
     */
    public record Names(TrustDomain trustDomain, SortedMap<String, List<String>> addresses, int leftOut) {}

    /**
     * Returns stamps of the files; they differ if the content may have changed.
     *
     * @throws IOException if the files cannot be looked at, so that it is not known whether they have changed
     */
    public List<String> stamps() throws IOException {
        List<String> stamps = new ArrayList<>();
        for (Path file : files()) {
            stamp(file).ifPresent(stamps::add);
        }
        return stamps;
    }

    private List<Path> files() throws IOException {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            files.forEach(found::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.sort(null);
        return found;
    }

    /** Returns the stamp of a file; empty if it is gone, and the stamps then differ from those before by that. */
    private static Optional<String> stamp(Path file) throws IOException {
        try {
            // Each version is a new file that replaces the former one.
            return Optional.of(file.getFileName() + " " + Files.getAttribute(file, "unix:ino") + " "
                    + Files.getLastModifiedTime(file));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Returns all known names, by trust domain. */
    public List<Names> names() throws IOException {
        List<Names> all = new ArrayList<>();
        for (TrustDomain domain : stored()) {
            load(domain).ifPresent(exports -> all.add(names(domain, exports)));
        }
        return all;
    }

    private List<TrustDomain> stored() throws IOException {
        List<TrustDomain> stored = new ArrayList<>();
        for (Path file : files()) {
            String name = file.getFileName().toString();
            try {
                stored.add(TrustDomain.parse(name.substring(0, name.length() - SUFFIX.length())));
            } catch (IllegalArgumentException _) {
                LOG.atWarn().addKeyValue("file", file).log("is not named after a trust domain");
            }
        }
        stored.sort(null);
        return stored;
    }

    /**
     * Collects the names. Services come first, so that workloads are dropped first at the limit; a Service hides a
     * workload of its name.
     */
    private static Names names(TrustDomain domain, Exports exports) {
        SortedMap<String, List<String>> addresses = new TreeMap<>();
        exports.services().forEach((name, service) -> name(addresses, name, service.getAddressesList()));
        exports.workloads().forEach((name, workload) -> name(addresses, name, workload.getAddressesList()));
        Set<String> all = new HashSet<>(exports.services().keySet());
        all.addAll(exports.workloads().keySet());
        return new Names(domain, addresses, all.size() - addresses.size());
    }

    private static void name(SortedMap<String, List<String>> names, String name, List<String> addresses) {
        if (names.size() < MAX_NAMES) {
            names.putIfAbsent(name, addresses);
        }
    }

    Optional<Exports> load(TrustDomain domain) {
        SealedFile file = file(domain);
        try {
            PeeringUpdate all = file.read(PeerStore::parse);
            Map<String, ExportedWorkload> workloads = new HashMap<>();
            Map<String, ExportedService> services = new HashMap<>();
            all.getWorkloadsList().forEach(item -> workloads.put(item.getNamespace() + "/" + item.getName(), item));
            all.getServicesList().forEach(item -> services.put(item.getNamespace() + "/" + item.getName(), item));
            return Optional.of(Exports.of(workloads, services));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | StateException e) {
            LOG.atWarn()
                    .addKeyValue("file", file.path())
                    .setCause(e)
                    .log("the stored exports of a trust domain cannot be read");
            return Optional.empty();
        }
    }

    private static PeeringUpdate parse(String text) {
        try {
            return PeeringUpdate.parseFrom(Base64.getDecoder().decode(text.strip()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    void save(TrustDomain domain, Exports exports) {
        PeeringUpdate all = PeeringUpdate.newBuilder()
                .addAllWorkloads(exports.workloads().values())
                .addAllServices(exports.services().values())
                .build();
        SealedFile file = file(domain);
        try {
            Files.createDirectories(directory);
            file.write(Base64.getEncoder().encodeToString(all.toByteArray()) + "\n");
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file.path())
                    .setCause(e)
                    .log("the exports of a trust domain cannot be stored");
        }
    }

    void retain(Set<TrustDomain> domains) {
        try {
            for (TrustDomain domain : stored()) {
                if (!domains.contains(domain)) {
                    delete(file(domain));
                }
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .setCause(e)
                    .log("the stored exports of former trust domains cannot be listed, so none is deleted");
        }
    }

    private static void delete(SealedFile file) {
        try {
            boolean _ = file.delete();
        } catch (IOException e) { // the others must be deleted all the same
            LOG.atWarn()
                    .addKeyValue("file", file.path())
                    .setCause(e)
                    .log("the stored exports of a former trust domain cannot be deleted");
        }
    }

    private SealedFile file(TrustDomain domain) {
        return SealedFile.optional(stateDirectory, PEERS + "/" + domain + SUFFIX, MAX_FILE, PrivateFiles.PUBLIC);
    }
}
