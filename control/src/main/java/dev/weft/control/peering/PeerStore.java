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
 * Stores what is known of other trust domains, one file for each. A control plane that starts while they are away then
 * still knows them, and so does the program that gives names to their addresses. An unreadable file counts as unknown:
 * its content is received again soon.
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
     * @param left how many names are left out, because there are more than {@link #MAX_NAMES}
     */
    public record Names(TrustDomain trustDomain, SortedMap<String, List<String>> addresses, int left) {}

    /** Returns stamps of the files; they differ if the content may have changed. */
    public List<String> stamps() throws IOException {
        List<String> stamps = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
                for (Path file : files) {
                    // Each version is a new file that replaces the former one.
                    stamps.add(file.getFileName() + " " + Files.getAttribute(file, "unix:ino") + " "
                            + Files.getLastModifiedTime(file));
                }
            } catch (DirectoryIteratorException | NoSuchFileException _) {
                stamps.add("it changes now");
            }
        }
        stamps.sort(null);
        return stamps;
    }

    /** Returns all known names, by trust domain. */
    public List<Names> names() throws IOException {
        List<Names> all = new ArrayList<>();
        for (TrustDomain domain : kept()) {
            load(domain).ifPresent(exports -> all.add(names(domain, exports)));
        }
        return all;
    }

    private List<TrustDomain> kept() throws IOException {
        List<TrustDomain> kept = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return kept;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                try {
                    kept.add(TrustDomain.parse(name.substring(0, name.length() - SUFFIX.length())));
                } catch (IllegalArgumentException _) {
                    LOG.atWarn().addKeyValue("file", file).log("is not named after a trust domain");
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        kept.sort(null);
        return kept;
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

    /** Deletes the files of all other trust domains. */
    void retain(Set<TrustDomain> domains) {
        try {
            for (TrustDomain domain : kept()) {
                if (!domains.contains(domain)) {
                    file(domain).delete();
                }
            }
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .setCause(e)
                    .log("the stored exports of former trust domains cannot be deleted");
        }
    }

    private SealedFile file(TrustDomain domain) {
        return SealedFile.optional(stateDirectory, PEERS + "/" + domain + SUFFIX, MAX_FILE, PrivateFiles.PUBLIC);
    }
}
