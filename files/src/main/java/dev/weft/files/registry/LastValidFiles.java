package dev.weft.files.registry;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.files.state.SealedFile;
import dev.weft.identity.keys.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the last content in force of a registry's files, in the folder {@value #FOLDER} of a state directory. Each
 * text is in a file that is named by its SHA-256, and an index maps each registry file to its text. A text is written
 * before the index that names it. A text whose content does not match its name counts as lost. One more text names the
 * addresses that objects do not get, a line each; an index of an earlier version does not name it.
 */
final class LastValidFiles implements LastValidStore {

    static final String FOLDER = "registry";

    private static final Logger LOG = LoggerFactory.getLogger(LastValidFiles.class);
    private static final String INDEX = FOLDER + "/index";
    private static final int MAX_INDEX = 16 << 20;
    private static final String FILE = "file";
    private static final String DIRECTORY = "folder";
    private static final String ADDRESSES = "addresses";
    private static final int FIELDS = 3;

    private final Path folder;
    private final SealedFile index;
    private final Set<String> written = new HashSet<>();

    LastValidFiles(Path stateDirectory) {
        this.folder = stateDirectory.resolve(FOLDER);
        this.index = SealedFile.required(stateDirectory, INDEX, MAX_INDEX, PrivateFiles.PRIVATE);
    }

    @Override
    public Optional<LastValidContent> load() throws IOException {
        try {
            return Optional.of(index.read(this::parse));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private LastValidContent parse(String lines) {
        Map<Path, Optional<String>> texts = new HashMap<>();
        Map<Path, Long> folders = new HashMap<>();
        Map<String, Set<String>> lost = new HashMap<>();
        for (String line : lines.lines().filter(Predicate.not(String::isEmpty)).toList()) {
            String[] fields = line.split(" ", FIELDS);
            if (fields.length != FIELDS) {
                throw new IllegalArgumentException("a line has " + fields.length + " fields");
            }
            Path path = Path.of(fields[2]);
            switch (fields[0]) {
                case FILE -> texts.put(path, text(fields[1]));
                case DIRECTORY -> folders.put(path, Long.parseLong(fields[1]));
                case ADDRESSES -> text(fields[1]).ifPresent(all -> addLost(all, lost));
                default -> throw new IllegalArgumentException("a line begins with " + fields[0]);
            }
        }
        return new LastValidContent(texts, folders, lost);
    }

    private static void addLost(String lines, Map<String, Set<String>> to) {
        lines.lines()
                .map(line -> line.split(" ", 2))
                .forEach(line ->
                        to.computeIfAbsent(line[1], _ -> new HashSet<>()).add(line[0]));
    }

    private static String ofLost(Map<String, Set<String>> lost) {
        return lost.entrySet().stream()
                .flatMap(each -> each.getValue().stream().map(address -> address + " " + each.getKey() + "\n"))
                .sorted()
                .collect(Collectors.joining());
    }

    private Optional<String> text(String hash) {
        try {
            String text = Files.readString(folder.resolve(hash), StandardCharsets.UTF_8);
            if (Sha256.hex(text).equals(hash)) {
                written.add(hash);
                return Optional.of(text);
            }
        } catch (IOException e) {
            LOG.atError()
                    .addKeyValue("file", folder.resolve(hash))
                    .setCause(e)
                    .log("the last valid content of a file is lost");
        }
        return Optional.empty();
    }

    @Override
    public void keep(LastValidContent now) throws IOException {
        PrivateFiles.createDirectory(folder);
        TreeMap<String, String> lines = new TreeMap<>();
        Set<String> hashes = new HashSet<>();
        for (Map.Entry<Path, Optional<String>> said : now.texts().entrySet()) {
            String path = said.getKey().toString();
            if (said.getValue().isPresent() && !path.contains("\n")) {
                String hash = Sha256.hex(said.getValue().get());
                hashes.add(hash);
                write(hash, said.getValue().get());
                lines.put(path, FILE + " " + hash + " " + path);
            }
        }
        if (!now.lost().isEmpty()) {
            String lost = ofLost(now.lost());
            String hash = Sha256.hex(lost);
            hashes.add(hash);
            write(hash, lost);
            lines.put("", ADDRESSES + " " + hash + " -");
        }
        now.folders().forEach((path, inode) -> lines.put(path + "/", DIRECTORY + " " + inode + " " + path));
        index.write(String.join("\n", lines.values()) + "\n");
        forgetAllBut(hashes);
    }

    /**
     * Writes a text. It is not synced to disk: that would take minutes for thousands of texts, and a text that a power
     * failure damages is detected by its name.
     */
    private void write(String hash, String text) throws IOException {
        if (written.contains(hash)) {
            return;
        }
        Path next = folder.resolve(hash + ".new");
        Files.deleteIfExists(next);
        Files.writeString(PrivateFiles.create(next), text, StandardCharsets.UTF_8);
        Files.move(next, folder.resolve(hash), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        written.add(hash);
    }

    private void forgetAllBut(Set<String> hashes) throws IOException {
        written.retainAll(hashes);
        List<Path> others;
        try (Stream<Path> files = Files.list(folder)) {
            String kept = index.path().getFileName().toString();
            others = files.filter(file -> {
                        String name = file.getFileName().toString();
                        return !name.equals(kept) && !name.startsWith(".") && !hashes.contains(name);
                    })
                    .toList();
        }
        for (Path file : others) {
            Files.deleteIfExists(file);
        }
    }
}
