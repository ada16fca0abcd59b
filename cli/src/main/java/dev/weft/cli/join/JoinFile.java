package dev.weft.cli.join;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.daemon.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * All that a machine needs to join: the address of the control plane, the machine's identity, a token, and the trust
 * anchors. The file is a secret until its token is used.
 */
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec"})
public record JoinFile(String apiVersion, String kind, Metadata metadata, Spec spec) {

    private static final String API_VERSION = "weft.dev/v1alpha1";
    private static final String KIND = "Join";
    private static final long MAX_FILE = 256 * 1024;

    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE)
            .build();

    public JoinFile {
        requireNonNull(apiVersion, "apiVersion");
        requireNonNull(kind, "kind");
        requireNonNull(metadata, "metadata");
        requireNonNull(spec, "spec");
    }

    /** Names the workload that the machine is. */
    public record Metadata(String namespace, String name) {
        public Metadata {
            requireNonNull(namespace, "metadata.namespace");
            requireNonNull(name, "metadata.name");
        }
    }

    /**
     * How the machine joins.
     *
     * @param controlPlane address of the control plane, host:port
     * @param token can be used once; null where the machine has a certificate of a former run
     * @param tokenEnds when the token expires; only for readers of the file
     * @param anchors the trust anchors, PEM
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Spec(
            String controlPlane,
            String trustDomain,
            String serviceAccount,
            @Nullable String token,
            @Nullable Instant tokenEnds,
            String anchors) {
        public Spec {
            requireNonNull(controlPlane, "spec.controlPlane");
            requireNonNull(trustDomain, "spec.trustDomain");
            requireNonNull(serviceAccount, "spec.serviceAccount");
            requireNonNull(anchors, "spec.anchors");
        }

        /** Leaves out the token, which is a secret. */
        @Override
        public String toString() {
            return "Spec[controlPlane=" + controlPlane + ", trustDomain=" + trustDomain + ", serviceAccount="
                    + serviceAccount + ", tokenEnds=" + tokenEnds + "]";
        }
    }

    /** Makes a join file for this workload. */
    public static JoinFile of(Metadata workload, Spec spec) {
        return new JoinFile(API_VERSION, KIND, workload, spec);
    }

    /** Reads a join file; fails if it is missing or not valid (WEFT-J001). */
    public static JoinFile read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw unusable(file, "longer than " + MAX_FILE + " bytes");
            }
            JoinFile read = MAPPER.readValue(Files.readString(file), JoinFile.class);
            if (read == null) {
                throw unusable(file, "is empty");
            }
            if (!API_VERSION.equals(read.apiVersion) || !KIND.equals(read.kind)) {
                throw unusable(
                        file,
                        "is " + read.apiVersion + " " + read.kind + " (expected: " + API_VERSION + " " + KIND + ")");
            }
            return read;
        } catch (NoSuchFileException _) {
            throw unusable(file, "does not exist");
        } catch (IOException e) {
            throw unusable(file, String.valueOf(e.getMessage()));
        } catch (JacksonException e) {
            throw unusable(file, e.getOriginalMessage().lines().findFirst().orElse("no YAML"));
        }
    }

    /** Writes a new file with mode 0600; fails if it exists or cannot be written (WEFT-J005). */
    public void write(Path file) {
        try {
            PrivateFiles.create(file);
            Files.writeString(file, MAPPER.writeValueAsString(this), StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException _) {
            throw exists(file);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "WEFT-J005", file + " cannot be written: " + e.getMessage(), "choose another folder");
        }
    }

    /** Returns {@code namespace/name} of the workload. */
    public String workload() {
        return metadata.namespace() + "/" + metadata.name();
    }

    /** Returns failure WEFT-J005: the file to write exists already. */
    public static CommandFailure exists(Path file) {
        return CommandFailure.failed("WEFT-J005", file + " exists already", "choose another name, or remove it");
    }

    private static CommandFailure unusable(Path file, String why) {
        return CommandFailure.failed(
                "WEFT-J001",
                "join file " + file + ": " + why,
                "'weft token create --workload NAMESPACE/NAME --out FILE' writes one");
    }
}
