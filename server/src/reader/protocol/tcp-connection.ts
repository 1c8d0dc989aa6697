/** One end of a TCP connection: an IP address as node:net writes it, and a port. */
export interface TcpEnd {
  readonly address: string;
  readonly port: number;
}

/** A connection on this machine, with its requesting end and the other one. */
export interface TcpConnection {
  readonly own: TcpEnd;
  readonly peer: TcpEnd;
}
