package dev.weft.control.issuerdir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.keys.Pem;
import dev.weft.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** An authority of somebody else's, run by the openssl command: its issuers in directories as the kubelet mounts secrets. */
public final class Pki {

    /** As cert-manager has it, of a Certificate with isCA. */
    public static final String CA =
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature\n";

    /** What keeps an issuer to a trust domain. */
    public static final String TO_CLUSTER_LOCAL = "nameConstraints=critical,permitted;URI:cluster.local\n";

    private final Path directory;
    private int count;

    /** With an anchor of its own. */
    public Pki(Path directory, String name) throws Exception {
        this.directory = Files.createDirectories(directory);
        anchor("anchor", name, "");
    }

    private void anchor(String file, String name, String pathLength) throws Exception {
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-noenc",
                "-keyout",
                file + ".key",
                "-out",
                file + ".crt",
                "-days",
                "30",
                "-subj",
                "/CN=" + name,
                "-addext",
                "basicConstraints=critical,CA:TRUE" + pathLength,
                "-addext",
                "keyUsage=critical,keyCertSign,cRLSign");
    }

    /** Goes on with an anchor that has room for no CA below its issuers' own. */
    public void anchorWithoutRoom() throws Exception {
        anchor("anchor", "Short", ",pathlen:0");
    }

    /** The anchor, PEM. */
    public String anchorPem() throws IOException {
        return Files.readString(directory.resolve("anchor.crt"));
    }

    /** The anchor. */
    public X509Certificate anchor() throws IOException {
        return Pem.decodeCertificates(anchorPem()).getFirst();
    }

    /**
     * The files of a new issuer.
     *
     * @param key its key, or a pair's half that is another's
     */
    public record Pair(String certificate, String key) {}

    /** An issuer with a key as {@code openssl ecparam} makes it, and these extensions. */
    public Pair issuer(String extensions) throws Exception {
        String name = "issuer" + ++count;
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", name + ".key");
        return sign(name, "anchor", extensions);
    }

    /** An issuer below one that stands in between; its chain has both. */
    public Pair issuerBelow(String between, String own) throws Exception {
        String middle = "middle" + ++count;
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", middle + ".key");
        Pair upper = sign(middle, "anchor", between);
        String name = "issuer" + ++count;
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", name + ".key");
        Pair lower = sign(name, middle, own);
        return new Pair(lower.certificate() + upper.certificate(), lower.key());
    }

    /** An issuer with a key made by this command of openssl, which is told where to. */
    public Pair issuerWithKey(String extensions, String... command) throws Exception {
        String name = "issuer" + ++count;
        List<String> line = new ArrayList<>(List.of(command));
        line.add(1, "-out");
        line.add(2, name + ".key");
        openssl(line.toArray(String[]::new));
        return sign(name, "anchor", extensions);
    }

    private Pair sign(String name, String by, String extensions) throws Exception {
        Files.writeString(directory.resolve(name + ".ext"), extensions + "subjectKeyIdentifier=hash\n");
        openssl("req", "-new", "-key", name + ".key", "-subj", "/CN=" + name, "-out", name + ".csr");
        openssl(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                by + ".crt",
                "-CAkey",
                by + ".key",
                "-days",
                "5",
                "-extfile",
                name + ".ext",
                "-out",
                name + ".crt");
        return new Pair(
                Files.readString(directory.resolve(name + ".crt")), Files.readString(directory.resolve(name + ".key")));
    }

    /** Mounts, or changes, a secret as the kubelet does: a directory for each version, and a link to it that is swapped. */
    public static void mount(Path secret, Pair pair, String authority) throws IOException {
        Files.createDirectories(secret);
        Path version = Files.createTempDirectory(secret, "..2026_");
        Files.setPosixFilePermissions(version, PosixFilePermissions.fromString("rwxr-xr-x"));
        write(version.resolve("tls.crt"), pair.certificate(), "rw-r--r--");
        write(version.resolve("tls.key"), pair.key(), "rw-------");
        write(version.resolve("ca.crt"), authority, "rw-r--r--");
        Path link = secret.resolve("..data_tmp");
        Files.createSymbolicLink(link, version.getFileName());
        Files.move(link, secret.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        for (String file : List.of("tls.crt", "tls.key", "ca.crt")) {
            if (Files.notExists(secret.resolve(file))) {
                Files.createSymbolicLink(secret.resolve(file), Path.of("..data", file));
            }
        }
    }

    private static void write(Path file, String text, String mode) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private void openssl(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("openssl"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = Programs.output(process);
        assertThat(process.exitValue()).as(output).isZero();
    }
}
