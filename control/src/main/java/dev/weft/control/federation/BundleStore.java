package dev.weft.control.federation;

import dev.weft.files.state.SealedFile;
import dev.weft.files.state.StateFiles;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.keys.Sha256;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stores bundles in a directory, one file for each trust domain. The file's modification time is that of the last
 * success.
 */
final class BundleStore implements KeptBundles {

    private static final String SUFFIX = ".json";
    private static final String BEGUN = ".begun";
    private static final int MAX_BEGUN = 1024;
    /** Longest name of a trust domain that is used as a file name; a longer one is hashed. */
    private static final int MAX_NAME = 200;

    private final Path directory;

    /** @throws IOException if the directory cannot be made */
    BundleStore(Path directory) throws IOException {
        this.directory = directory;
        StateFiles.createDirectory(directory);
        StateFiles.checkDirectory(directory);
    }

    @Override
    public boolean begin(TrustDomain trustDomain, Bootstrap bootstrap) throws IOException {
        SealedFile begun = sealed(name(trustDomain) + BEGUN, MAX_BEGUN);
        try {
            if (begun.read(String::strip).equals(bootstrap.sha256())) {
                return true;
            }
        } catch (NoSuchFileException _) {
            if (Files.exists(file(trustDomain))) {
                throw KeptBundles.withoutBeginning(
                        where(trustDomain), begun.path().toString());
            }
            // The federation has not started yet.
        }
        Files.deleteIfExists(file(trustDomain));
        StateFiles.sync(directory);
        begun.write(bootstrap.sha256() + "\n");
        return true;
    }

    @Override
    public Optional<Stored> load(TrustDomain trustDomain) throws IOException {
        Path file = file(trustDomain);
        try {
            // Take the time before reading: reading rewrites a file of an earlier version.
            Instant fetched = Files.getLastModifiedTime(file).toInstant();
            return Optional.of(new Stored(document(trustDomain).read(Function.identity()), fetched));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    @Override
    public void save(TrustDomain trustDomain, String document, Instant fetched) throws IOException {
        document(trustDomain).write(document);
        touch(trustDomain, fetched);
    }

    @Override
    public void touch(TrustDomain trustDomain, Instant fetched) throws IOException {
        Files.setLastModifiedTime(file(trustDomain), FileTime.from(fetched));
    }

    @Override
    public void keepOnly(Collection<TrustDomain> trustDomains) throws IOException {
        Set<String> kept = trustDomains.stream()
                .map(BundleStore::name)
                .flatMap(name -> Stream.of(name + SUFFIX, name + BEGUN))
                .collect(Collectors.toSet());
        List<Path> others;
        try (Stream<Path> files = Files.list(directory)) {
            others = files.filter(file -> isOurs(file) && !kept.contains(nameOf(file)))
                    .toList();
        }
        for (Path file : others) {
            Files.deleteIfExists(file);
        }
        if (!others.isEmpty()) {
            StateFiles.sync(directory);
        }
    }

    private SealedFile document(TrustDomain trustDomain) {
        return sealed(name(trustDomain) + SUFFIX, SpiffeBundles.MAX_DOCUMENT + SealedFile.HEAD_BYTES);
    }

    /**
     * Returns the file. A missing one counts as no damage: operators delete a bundle to start over with the registry's
     * anchors.
     */
    private SealedFile sealed(String name, int maxBytes) {
        return SealedFile.passing(directory, name, maxBytes, StateFiles.PUBLIC);
    }

    @Override
    public String where(TrustDomain trustDomain) {
        return file(trustDomain).toString();
    }

    /** Returns the file of the trust domain's bundle. */
    Path file(TrustDomain trustDomain) {
        return directory.resolve(name(trustDomain) + SUFFIX);
    }

    private static boolean isOurs(Path file) {
        return nameOf(file).endsWith(SUFFIX) || nameOf(file).endsWith(BEGUN);
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String name(TrustDomain trustDomain) {
        String name = trustDomain.name();
        return name.length() <= MAX_NAME ? name : "sha256-" + Sha256.hex(name);
    }
}
