package dev.weft.control.directory;

import java.net.InetAddress;

/** Receives the differences between two directories. Anything that is not reported has the same answers in both. */
public interface DirectoryChanges {

    /** The answers about this address may have changed. */
    void address(InetAddress address);

    /** The meaning of this name, {@code namespace/name}, may have changed in some trust domain. */
    void name(String fullName);

    /** The set of namespaces, or of other trust domains, has changed. */
    void names();

    /** Any answer may have changed. */
    void everything();
}
