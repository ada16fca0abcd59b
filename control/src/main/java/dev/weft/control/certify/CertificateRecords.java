package dev.weft.control.certify;

import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;

/**
 * The records that are consulted and updated before a certificate is handed out.
 *
 * @param tokens the join tokens, each good for one certificate
 * @param machines the machines that joined from outside
 * @param descents records which certificate was requested with which earlier one
 * @param residents knows which identities are workloads of the mesh
 */
public record CertificateRecords(JoinTokens tokens, Machines machines, Descents descents, MeshMembers residents) {}
