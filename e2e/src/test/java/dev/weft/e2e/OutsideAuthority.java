package dev.weft.e2e;

import dev.weft.e2e.mesh.Shell;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An authority that is no part of the mesh, as a company has one: openssl makes its roots and signs the mesh's issuers, and what it
 * makes is mounted as the kubelet mounts a secret.
 *
 * @param directory where all of its files are
 */
public record OutsideAuthority(Path directory) {

    private static final String[] P256 = {"ecparam", "-name", "prime256v1", "-genkey", "-noout"};

    /** The certificate of a root of this name. */
    public Path certificate(String root) {
        return directory.resolve(root + ".crt");
    }

    /** The file of the private key of a root or an issuer. */
    public Path key(String name) {
        return directory.resolve(name + ".key");
    }

    /** The directory that is mounted. */
    Path secret() {
        return directory.resolve("secret");
    }

    /** Makes a root. */
    public void root(String name) throws Exception {
        Shell.run(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-noenc",
                        "-keyout",
                        path(name + ".key"),
                        "-out",
                        path(name + ".crt"),
                        "-days",
                        "30",
                        "-subj",
                        "/CN=" + name,
                        "-addext",
                        "basicConstraints=critical,CA:TRUE",
                        "-addext",
                        "keyUsage=critical,keyCertSign,cRLSign")
                .ok();
    }

    /** Makes a key on P-256 and has its certificate signed by the root. */
    public void issuer(String root, String name) throws Exception {
        issuer(root, name, P256);
    }

    /** Makes a key by this command of openssl and has its certificate signed by the root. */
    void issuer(String root, String name, String... command) throws Exception {
        Shell.run("sh", "-c", "openssl " + String.join(" ", command) + " > " + path(name + ".key"))
                .ok();
        sign(root, name);
    }

    /** Has a certificate signed for the key of this name. */
    void sign(String root, String name) throws Exception {
        Files.writeString(directory.resolve("issuer.ext"), """
                basicConstraints=critical,CA:TRUE
                keyUsage=critical,keyCertSign,cRLSign
                nameConstraints=critical,permitted;URI:cluster.local
                subjectKeyIdentifier=hash
                """);
        Shell.run("openssl", "req", "-new", "-key", path(name + ".key"), "-subj", "/CN=" + name, "-out", path("csr"))
                .ok();
        Shell.run(
                        "openssl",
                        "x509",
                        "-req",
                        "-in",
                        path("csr"),
                        "-CA",
                        path(root + ".crt"),
                        "-CAkey",
                        path(root + ".key"),
                        "-days",
                        "5",
                        "-extfile",
                        path("issuer.ext"),
                        "-out",
                        path(name + ".crt"))
                .ok();
    }

    /** As the kubelet mounts a secret, and changes it: by one rename of a symbolic link. */
    void mount(String root, String name) throws Exception {
        String script = """
                cd "$1"; mkdir -p secret; cd secret
                version=$(mktemp -d ..XXXXXX); chmod 755 $version
                cp "../$3.crt" $version/tls.crt; cp "../$3.key" $version/tls.key; cp "../$2.crt" $version/ca.crt
                chmod 600 $version/tls.key
                ln -s $version ..data_tmp; mv -T ..data_tmp ..data
                for file in tls.crt tls.key ca.crt; do ln -sfn ..data/$file $file; done
                """;
        Shell.run("sh", "-ec", script, "mount", directory.toString(), root, name)
                .ok();
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }
}
